import type { Emulator, LogWorld } from '../../../emulator/emulator.js';

/** What Log Service has of the traffic, and what goes wrong with it, as plain data. */
export interface Logs {
  /** Requests a second that nobody has to send. */
  readonly rate: number;
  readonly place: Pick<LogWorld, 'delay' | 'late' | 'incomplete' | 'index'> & { readonly project?: string };
  /** So many requests are refused, from the first on. */
  readonly refused: { readonly times: number; readonly how: Refusal };
  /** Both versions fail for so long, beginning so many ms after the run; undefined where the site is well. */
  readonly outage: { readonly after: number; readonly for: number } | undefined;
}

type Refusal = NonNullable<LogWorld['errors']>[number];

const BUSY: Refusal = {
  status: 503,
  errorCode: 'ServerBusy',
  errorMessage: 'the server is busy, please try again later',
};
const DENIED: Refusal = {
  status: 401,
  errorCode: 'Unauthorized',
  errorMessage: 'denied by sts or ram: emulator-key-secret\n::error::of whoever',
};

export const NO_LOGS: Logs = { rate: 0, place: {}, refused: { times: 0, how: BUSY }, outage: undefined };
export const PLACE = { project: 'my-logs', logstore: 'edge-routine' } as const;

/** More than any run asks for. */
const ALWAYS = 500;

const PLACES: readonly Logs['place'][] = [
  {},
  {},
  {},
  { delay: 700 },
  { late: { share: 0.4, by: 900 } },
  { incomplete: 1 },
  { incomplete: 2, late: { share: 0.2, by: 500 } },
  { incomplete: ALWAYS },
  { index: null },
  { index: ['RoutineName', 'CodeVersion'] },
  { project: 'another' },
];
const REFUSED: readonly Logs['refused'][] = [
  ...Array.from({ length: 6 }, () => NO_LOGS.refused),
  { times: ALWAYS, how: DENIED },
  { times: 1, how: DENIED },
  { times: 2, how: BUSY },
  { times: ALWAYS, how: BUSY },
];

export function logsFrom(random: () => number): Logs {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const [place, refused, rate] = [pick(PLACES), pick(REFUSED), pick([400, 400, 400, 40, 0])];
  const [isDown, after] = [random() < 0.2, Math.floor(random() * 3_000)];
  return { rate, place, refused, outage: isDown ? { after, for: 1_500 } : undefined };
}

/**
 * Makes it so. What was written before the run is a second old at most, or a step of an hour would be drawn whole. Where
 * there are other runs nobody's secret is echoed: one cannot know that of another.
 */
export function arrangeLogs({ world }: Emulator, { rate, place, refused, outage }: Logs, isAlone: boolean): void {
  const now = Date.now();
  const how = isAlone ? refused.how : { ...refused.how, errorMessage: 'no' };
  const errors = Array.from({ length: refused.times }, () => how);
  world.logs = { ...PLACE, ...place, errors, traffic: [{ routine: 'hello', rate, from: now - 1_000 }] };
  if (outage !== undefined) {
    const from = now + outage.after;
    world.outages.push({ from, until: from + outage.for, failureShare: 0.6 });
  }
}

/** The inputs of a gate that asks Log Service. */
export const logInputs = ({ api }: Emulator) => ({
  'gate-logs': `${PLACE.project}/${PLACE.logstore}`,
  'gate-logs-endpoint': api,
  'gate-interval': '500ms',
});
