/** `reset` and `close` end the connection, by RST and by FIN; `silent` keeps it open and never answers. */
export const cutKinds = ['reset', 'close', 'silent'] as const;
export type CutKind = (typeof cutKinds)[number];

/** What a code version does to its requests, or the site to all of them. */
export interface Misbehaviour {
  /** Share of requests, 0 to 1, that are answered with `status`. */
  failureShare?: number;
  /** HTTP status of a failed answer; 500 when absent. */
  status?: number;
  /** Share of requests, 0 to 1, that are received and get no answer. Together with `failureShare` at most 1. */
  cutShare?: number;
  /** What becomes of their connections; `reset` when absent. */
  cut?: CutKind;
  /** Milliseconds before any answer, and before a cut. */
  latency?: number;
  /** `failed`: by failed answers alone, as where the routine throws and the platform answers for it. */
  omitVersionHeader?: boolean | 'failed';
}

/** The site misbehaves for a while, whichever version answers. */
export interface Outage extends Misbehaviour {
  /** In ms since the epoch, `until` not included; an absent one is no bound. */
  from?: number;
  until?: number;
}

export type Effect =
  | { readonly kind: 'failed'; readonly status: number }
  | { readonly kind: 'cut'; readonly cut: CutKind };

/** What becomes of a request for which `drawn`, in [0, 1), was drawn; undefined where it is answered as it should be. */
export function effectOf(misbehaviour: Misbehaviour, drawn: number): Effect | undefined {
  const { failureShare = 0, status = 500, cutShare = 0, cut = 'reset' } = misbehaviour;
  if (drawn < cutShare) return { kind: 'cut', cut };
  return drawn < cutShare + failureShare ? { kind: 'failed', status } : undefined;
}

/** Whether the answer to a request that this became of says its version. */
export function namesVersion(effect: Effect | undefined, ...misbehaviours: readonly Misbehaviour[]): boolean {
  return misbehaviours.every(({ omitVersionHeader: omits = false }) =>
    omits === 'failed' ? effect === undefined : !omits,
  );
}

/** What the log of a request says: a cut one has an error, though no document gives its number. */
export function loggedAs(effect: Effect | undefined): { errorCode: number; status: number } {
  if (effect === undefined) return { errorCode: 0, status: 200 };
  return effect.kind === 'failed' ? { errorCode: 0, status: effect.status } : { errorCode: 1, status: 0 };
}

/** The first that is under way at an instant, in ms since the epoch. */
export function outageAt(outages: readonly Outage[], at: number): Outage | undefined {
  return outages.find(
    ({ from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }) => from <= at && at < until,
  );
}

const share = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const amount = (value: unknown) => typeof value === 'number' && value >= 0;
const instant = { holds: amount, rule: 'an instant is in milliseconds since the epoch' };
const rules: Readonly<Record<string, { holds: (value: unknown) => boolean; rule: string }>> = {
  failureShare: { holds: share, rule: 'a share is a number from 0 to 1' },
  status: { holds: (value) => Number.isInteger(value) && amount(value), rule: 'a status is a whole number' },
  cutShare: { holds: share, rule: 'a share is a number from 0 to 1' },
  cut: { holds: (value) => cutKinds.some((kind) => kind === value), rule: `it is one of ${cutKinds.join(', ')}` },
  latency: { holds: amount, rule: 'a latency is in milliseconds' },
  omitVersionHeader: {
    holds: (value) => typeof value === 'boolean' || value === 'failed',
    rule: 'it is true, false or "failed"',
  },
};

/** Throws a TypeError that says what is wrong with what somebody wrote down by hand. `where` names it. */
export function checkMisbehaviour(given: Misbehaviour, where: string, known = rules): void {
  if (typeof given !== 'object' || given === null) throw new TypeError(`${where} is no object`);
  for (const [name, value] of Object.entries(given)) {
    const found = Object.hasOwn(known, name) ? known[name] : undefined;
    if (found === undefined) throw new TypeError(`${where} has no ${name}; it has ${Object.keys(known).join(', ')}`);
    if (!found.holds(value)) throw new TypeError(`${where}.${name} is ${JSON.stringify(value)}: ${found.rule}`);
  }
  const { failureShare = 0, cutShare = 0 } = given;
  if (failureShare + cutShare > 1) throw new TypeError(`${where}: failureShare and cutShare are more than 1 together`);
}

/** Likewise. */
export function checkOutage(given: Outage, where: string): void {
  checkMisbehaviour(given, where, { ...rules, from: instant, until: instant });
}
