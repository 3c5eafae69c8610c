import type { Counts, Gate, Measurement } from '../model.js';
import { ENOUGH } from './change-points.js';
import { type Compared, cutsConnections, hasControl, mixture } from './control.js';
import { againstAllowed, sizeOf, total, wasEverEnoughAgainstAllowed, wasEverEnoughAgainstStable } from './evidence.js';
import { allowedShare } from './sensitivity.js';
import { whyBlind, whySiteFails, whyUnhealthy } from './verdict-text.js';
import { additions, spansOf } from './windows.js';

export type Verdict =
  /** The bake goes on; after its end where it is in doubt. */
  | { readonly kind: 'pending' }
  /** The bake is over, but at this moment the site fails, whoever answers. */
  | { readonly kind: 'site-fails'; readonly why: string }
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly why: string }
  | { readonly kind: 'inconclusive'; readonly why: string };

/** One check, and the canary's weight when it was taken, in whole percent. */
export type Check = Measurement & { readonly weight: number };

/** What the gate has seen, in order. */
export interface Checks {
  /** Since the rollout began, at weights that are judged together: those below 100 %, or those at 100 %. */
  readonly all: readonly Check[];
  /** Of these, since what is live was deployed. */
  readonly here: readonly Check[];
  /** What the stable answered before the first step, where that was asked. */
  readonly baseline?: Counts | undefined;
}

type Source = Measurement['source'];

/** So many checks are taken where the first were bad: one alone may not be enough to judge by. */
const CHECKS_IN_DOUBT = 3;
/** Over so many checks in a row is looked whether the site fails. */
const LATEST = 3;

/**
 * Unhealthy as soon as the evidence is enough, whatever the bake; healthy at its end at the earliest, and never by silence:
 * each source has to have measured the canary well at least once. Each source is judged by itself.
 */
export function judge(gate: Gate, seen: Checks, isOver: boolean): Verdict {
  const allowed = allowedShare(gate);
  const here = additions(seen.here);
  // Counts of a step begin anew with each deployment.
  const live = new Set(seen.here);
  const all = [...additions(seen.all.filter((check) => !live.has(check))), ...here];
  const sources = [...new Set(all.map(({ source }) => source))];
  const by = (source: Source, checks: readonly Check[]) => checks.filter((check) => check.source === source);
  const bad = sources.find((source) => isUnhealthy(allowed, spansOf(by(source, all))));
  if (bad !== undefined) return { kind: 'unhealthy', why: whyUnhealthy(gate, spansOf(by(bad, all)), seen.baseline) };
  if (!isOver) return { kind: 'pending' };
  const down = sources.find((source) => siteFails(allowed, spansOf(by(source, here))));
  if (down !== undefined) return { kind: 'site-fails', why: whySiteFails(latestOf(spansOf(by(down, here)))) };
  if (here.length === 0) return { kind: 'inconclusive', why: 'no check was made' };
  const blind = sources.filter((source) => !by(source, here).some(isMeasuredWell));
  const [first] = blind;
  if (first === undefined) return { kind: 'healthy' };
  // For lack of another check nothing ends.
  if (blind.some((source) => isInDoubt(by(source, seen.here)))) return { kind: 'pending' };
  return { kind: 'inconclusive', why: whyBlind(gate, first, by(first, seen.here), by(first, here)) };
}

/** Of the checks of what is live: the last of a source saw something bad, and too few were made to tell what that means. */
export function isDoubtful(here: readonly Check[]): boolean {
  return [...new Set(here.map(({ source }) => source))].some((source) =>
    isInDoubt(here.filter((check) => check.source === source)),
  );
}

/** Of one source. What is of the whole step says the same again. */
function isInDoubt(checks: readonly Check[]): boolean {
  const last = checks.at(-1);
  return last !== undefined && last.since !== 'step' && last.canary.bad > 0 && checks.length < CHECKS_IN_DOUBT;
}

/**
 * Evidence that was enough once stays enough. Where there is a control the canary also has to be worse than it, so what
 * happens to both, such as an outage, stops nobody; at 100 % there is none, and a stable that never answered is none.
 */
function isUnhealthy(allowed: number, checks: readonly Check[]): boolean {
  const compared = checks.filter(hasControl);
  const fails = wasEverEnoughAgainstAllowed(
    allowed,
    checks.map(({ canary }) => canary),
  );
  if (compared.every(({ stable }) => sizeOf(stable) === 0)) return fails;
  return (fails && wasEverEnoughAgainstStable(compared)) || cutsConnections(allowed, compared);
}

/**
 * At this moment the stable fails more than a canary may, and so does the canary. One that is well while the stable fails
 * is the fix, and goes on.
 */
function siteFails(allowed: number, checks: readonly Check[]): boolean {
  const latest = latestOf(checks);
  const reaches = (counts: readonly Counts[]) => againstAllowed(allowed, total(counts)) >= ENOUGH;
  const both = reaches(latest.map(({ stable }) => stable)) && reaches(latest.map(({ canary }) => canary));
  return both || (latest.some(({ cut }) => cut > 0) && reaches(latest.map(mixture)));
}

function latestOf(checks: readonly Check[]): readonly Compared[] {
  return checks.slice(-LATEST).filter(hasControl);
}

/** What could mostly not be measured is not well by its one good answer. */
function isMeasuredWell({ canary, stable, unknown }: Check): boolean {
  const answers = stable === undefined ? canary : total([canary, stable]);
  return canary.good > 0 && unknown < sizeOf(answers);
}
