import { counted, failedOf } from '../count.js';
import type { Counts, Gate, Measurement } from '../model.js';
import { failsAlready } from './baseline.js';
import {
  againstAllowed,
  ENOUGH,
  isMissingAnswers,
  type Pair,
  sizeOf,
  total,
  wasEverEnoughAgainstAllowed,
  wasEverEnoughAgainstStable,
} from './evidence.js';
import { allowedShare } from './sensitivity.js';
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
  if (bad !== undefined) return { kind: 'unhealthy', why: whyUnhealthy(gate, by(bad, all), seen.baseline) };
  if (!isOver) return { kind: 'pending' };
  const down = sources.find((source) => siteFails(allowed, spansOf(by(source, here))));
  if (down !== undefined) return { kind: 'site-fails', why: whySiteFails(spansOf(by(down, here))) };
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

/** Requests fail without an answer, and the answers that are missing are the canary's. */
function cutsConnections(allowed: number, checks: readonly (Check & Pair)[]): boolean {
  // Others' counts need not be drawn by the weight, and where all that failed is named nothing is missing.
  if (checks.every(({ cut }) => cut === 0)) return false;
  if (!wasEverEnoughAgainstAllowed(allowed, checks.map(mixture))) return false;
  return isMissingAnswers(
    checks.map(({ weight, canary, stable }) => ({ weight, canary: sizeOf(canary), stable: sizeOf(stable) })),
  );
}

/** Whoever answered, and whoever did not. */
function mixture({ canary, stable, cut, unnamed }: Check): Counts {
  return total([canary, ...(stable === undefined ? [] : [stable]), { good: unnamed, bad: cut }]);
}

function hasControl(check: Check): check is Check & Pair {
  return check.stable !== undefined;
}

/**
 * At this moment the stable fails more than a canary may, and so does the canary. One that is well while the stable fails
 * is the fix, and goes on.
 */
function siteFails(allowed: number, checks: readonly Check[]): boolean {
  const latest = checks.slice(-LATEST).filter(hasControl);
  const reaches = (counts: readonly Counts[]) => againstAllowed(allowed, total(counts)) >= ENOUGH;
  const both = reaches(latest.map(({ stable }) => stable)) && reaches(latest.map(({ canary }) => canary));
  return both || (latest.some(({ cut }) => cut > 0) && reaches(latest.map(mixture)));
}

/** What could mostly not be measured is not well by its one good answer. */
function isMeasuredWell({ canary, stable, unknown }: Check): boolean {
  const answers = stable === undefined ? canary : total([canary, stable]);
  return canary.good > 0 && unknown <= sizeOf(answers);
}

/** The counts of both side by side, and why chance is no explanation. */
function whyUnhealthy(gate: Gate, checks: readonly Check[], baseline: Counts | undefined): string {
  const [first] = checks.flatMap(({ failures }) => failures);
  const seen = first === undefined ? '' : `; the first was ${first.seen} from ${first.target}`;
  const compared = checks.filter(hasControl);
  const ours = total(checks.map(({ canary }) => canary));
  if (checks.every(isExitCode)) return `${failedOf(ours, 'check')} by \`gate-command\` failed${seen}. ${chance(gate)}`;
  if (compared.length === 0) {
    if (checks[0]?.source !== 'gate-url')
      return `${failedOf(ours, 'answer')} of the canary failed${seen}. ${chance(gate)}`;
    return `${failedOf(ours, 'answer')} failed${seen}. ${chance(gate)}${gate.mark === undefined ? whose(gate, checks, baseline) : ''}`;
  }
  const theirs = total(compared.map(({ stable }) => stable));
  const cut = compared.reduce((sum, check) => sum + check.cut, 0);
  const whom = cutsConnections(allowedShare(gate), compared) ? ": too few answers are the canary's" : '';
  const missing = cut === 0 ? '' : `, and ${counted(cut, 'request')} failed and named no version${whom}`;
  const both =
    sizeOf(ours) === 0
      ? `no answer of the canary came, ${failedOf(theirs)} of the stable failed`
      : `${failedOf(ours, 'answer')} of the canary failed, and ${failedOf(theirs)} of the stable`;
  return `${both}${missing}${seen}. ${chance(gate)}`;
}

/** The command said well or not, and counted nothing. */
export function isExitCode({ source, since }: Measurement): boolean {
  return source === 'gate-command' && since === undefined;
}

/** What is known of who gave answers that do not say it. At 100 % it was the canary, or the site around it. */
function whose(gate: Gate, checks: readonly Check[], baseline: Counts | undefined): string {
  const isKnown = baseline !== undefined && sizeOf(baseline) > 0;
  const before = isKnown ? `before the first step ${failedOf(baseline, 'answer')} of the stable failed` : '';
  if (checks.every(({ weight }) => weight === 100)) return isKnown ? `; ${before}` : '';
  const told = !isKnown
    ? 'the stable may be to blame'
    : failsAlready(gate, baseline)
      ? `${before} already, so the stable may be to blame`
      : `${before}; it may be to blame all the same`;
  return `. Nobody can tell which version gave them: ${told}, and \`gate-version-header\` would tell`;
}

function chance({ successRate }: Gate): string {
  return `Chance does that to a canary that keeps ${successRate} % in less than 1 of 100 rollouts`;
}

function whySiteFails(checks: readonly Check[]): string {
  const last = checks.slice(-LATEST).filter(hasControl);
  const [ours, theirs] = [total(last.map(({ canary }) => canary)), total(last.map(({ stable }) => stable))];
  const cut = last.reduce((sum, check) => sum + check.cut, 0);
  const missing = cut === 0 ? '' : `; ${counted(cut, 'request')} failed and named no version`;
  if (theirs.bad === 0)
    return `${cut} of the latest ${counted(sizeOf(total(last.map(mixture))), 'request')} failed, and by which version cannot be told yet`;
  const latest = `${theirs.bad} of its latest ${counted(sizeOf(theirs), 'answer')}`;
  return `the stable fails as well: ${latest}, and ${failedOf(ours)} of the canary's${missing}`;
}

function whyBlind({ mark }: Gate, source: Source, checks: readonly Check[], added: readonly Check[]): string {
  const unnamed = checks.reduce((sum, check) => sum + check.unnamed, 0);
  const answers = sizeOf(total(checks.map(mixture)));
  if (mark !== undefined && unnamed > 0 && unnamed === answers)
    return `${counted(unnamed, 'answer')}, none had \`${mark}\`: the routine has to set it`;
  if (mark !== undefined && 2 * unnamed > answers)
    return `${unnamed} of ${counted(answers, 'answer')} had no \`${mark}\`: the routine has to set it in each, the stable's too`;
  const none = noneOf(checks.length, source);
  const ours = total(added.map(({ canary }) => canary));
  if (ours.good === 0 && ours.bad > 0) return `${none} well: ${ours.bad} of its ${counted(ours.bad, 'answer')} failed`;
  if (source !== 'gate-url') return `${none}${whyUncounted(checks)}`;
  const theirs = total(checks.flatMap(({ stable }) => stable ?? []));
  // A wrong value has all answers look like the stable's.
  const others = ours.good === 0 && mark !== undefined ? sizeOf(theirs) : 0;
  if (others === 0) return `${none}${whyUnmeasured(checks)}`;
  const which = others === 1 ? 'its one answer was not' : `none of ${others} answers was`;
  return `${none}: ${which} the canary's by \`${mark}\``;
}

function noneOf(checks: number, source: Source): string {
  return checks === 1
    ? `the one check by \`${source}\` could not measure the canary`
    : `none of ${counted(checks, 'check')} by \`${source}\` could measure the canary`;
}

/** Where no URL ever answered. */
function whyUnmeasured(checks: readonly Check[]): string {
  const [first] = checks.flatMap(({ failures }) => failures);
  if (first === undefined || checks.some((check) => sizeOf(mixture(check)) > 0)) return '';
  return `; the first was ${first.seen} from ${first.target}`;
}

/** What came last of a source that told nothing. */
function whyUncounted(checks: readonly Check[]): string {
  const last = checks.findLast(({ unknown }) => unknown > 0)?.failures[0];
  if (last !== undefined) return `: ${last.seen}`;
  const told = checks.filter((check) => !isExitCode(check)).map(({ canary }) => canary);
  const none = told.length > 0 && told.every((counts) => sizeOf(counts) === 0);
  return none ? ': it counted no answer of the canary' : '';
}
