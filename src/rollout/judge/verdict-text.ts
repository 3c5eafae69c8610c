import { counted, failedOf } from '../count.js';
import { inTicks } from '../escape.js';
import type { Counts, Failure, Gate, Measurement } from '../model.js';
import { failsAlready } from './baseline.js';
import { type Compared, cutIn, cutsConnections, drawnIn, hasControl, mixture } from './control.js';
import { failsSince, isMissingSince, sizeOf, total, worseSince } from './evidence.js';
import { allowedShare } from './sensitivity.js';
import type { Check } from './verdict.js';

/**
 * The counts of both side by side, and why chance is no explanation. Where a canary that was well has turned bad, they are
 * those since then, and those of the whole rollout beside them.
 */
export function whyUnhealthy(gate: Gate, checks: readonly Check[], baseline: Counts | undefined): string {
  const since = turnedAt(gate, checks);
  const latest = checks.slice(since);
  // A check tells the canary's failures before all others.
  const [first] = latest.flatMap(({ canary, cut, failures }) => (canary.bad + cut > 0 ? failures : []));
  const seen =
    first === undefined
      ? ''
      : `; the first was ${first.seen.includes('`') ? inTicks(first.seen) : first.seen} from ${inTicks(first.target)}`;
  const failed = (thing: string) => failedLately(oursIn(latest), thing, since > 0);
  const inAll = since > 0 ? ` (in all ${failedOf(oursIn(checks))})` : '';
  if (checks.every(isExitCode)) return `${failed('check')} by \`gate-command\` failed${inAll}${seen}. ${chance(gate)}`;
  if (checks.every((check) => !hasControl(check))) {
    if (checks[0]?.source !== 'gate-url')
      return `${failed('answer')} of the canary failed${inAll}${seen}. ${chance(gate)}`;
    return `${failed('answer')} failed${inAll}${seen}. ${chance(gate)}${gate.mark === undefined ? whose(gate, checks, baseline) : ''}`;
  }
  return `${whoFailed(gate, checks, since, sideBySide(checks, since))}${seen}. ${chance(gate)}`;
}

/** The check, counted from 0, since which the canary is bad by all that speaks against it; 0 where it always was. */
function turnedAt(gate: Gate, checks: readonly Check[]): number {
  const allowed = allowedShare(gate);
  const compared = checks.filter(hasControl);
  const isCut = cutsConnections(allowed, compared);
  const first = compared[isCut ? isMissingSince(compared.map(drawnIn)) : worseSince(compared)];
  const fails = isCut ? 0 : failsSince(allowed, checks.map(oursOf));
  const since = first === undefined ? fails : Math.max(fails, checks.indexOf(first));
  const isBad = ({ canary, cut }: Check) => canary.bad + cut > 0;
  // Where it gave no answer before, it is all the same.
  const wasSeen = checks.slice(0, since).some(({ canary }) => sizeOf(canary) > 0);
  return wasSeen && checks.slice(since).some(isBad) ? since : 0;
}

const oursOf = ({ canary }: Check) => canary;
const oursIn = (checks: readonly Check[]) => total(checks.map(oursOf));
const theirsIn = (checks: readonly Check[]) => total(checks.flatMap(({ stable }) => stable ?? []));

/** `22 of 22 answers`, or `22 of the last 22 answers`. */
function failedLately(counts: Counts, thing: string, isLate: boolean): string {
  return isLate ? `${counts.bad} of the last ${counted(sizeOf(counts), thing)}` : failedOf(counts, thing);
}

function sideBySide(checks: readonly Check[], since: number): string {
  const latest = checks.slice(since);
  const [ours, theirs] = [oursIn(latest), theirsIn(latest)];
  const inAll = since > 0 ? ` (in all ${failedOf(oursIn(checks))}, and ${failedOf(theirsIn(checks))})` : '';
  if (sizeOf(ours) === 0)
    return `the canary gave no answer${since > 0 ? ' any more' : ''}, and ${failedLately(theirs, 'answer', since > 0)} of the stable failed${inAll}`;
  const control = sizeOf(theirs) === 0 ? 'the stable gave no answer' : `${failedOf(theirs)} of the stable`;
  return `${failedLately(ours, 'answer', since > 0)} of the canary failed, and ${control}${inAll}`;
}

/** What was counted, and what named no version. Where that is what stops the canary it comes first: how it is known who failed. */
function whoFailed(gate: Gate, checks: readonly Check[], since: number, named: string): string {
  const latest = checks.slice(since).filter(hasControl);
  const cut = cutIn(latest);
  if (cut === 0) return named;
  const told = `${counted(cut, 'request')} failed and named no version`;
  if (!cutsConnections(allowedShare(gate), checks.filter(hasControl))) return `${named}, and ${told}`;
  const draws = latest.map(drawnIn);
  const ours = draws.reduce((sum, { canary }) => sum + canary, 0);
  const all = draws.reduce((sum, { canary, stable }) => sum + canary + stable, 0);
  const expected = draws.reduce((sum, { weight, canary, stable }) => sum + (weight / 100) * (canary + stable), 0);
  const missing = `it gave ${ours} of ${counted(all, 'answer')}, where about ${Math.round(expected)} were expected`;
  return `${told}, and count as the canary's: ${missing}; of those that named theirs, ${named}`;
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
  return `A canary with ${successRate} % healthy answers fails like that by chance in less than 1 of 100 rollouts`;
}

/** By the latest checks. */
export function whySiteFails(latest: readonly Compared[]): string {
  const [ours, theirs] = [total(latest.map(({ canary }) => canary)), total(latest.map(({ stable }) => stable))];
  const cut = cutIn(latest);
  const missing = cut === 0 ? '' : `; ${counted(cut, 'request')} failed and named no version`;
  if (theirs.bad === 0)
    return `${cut} of the latest ${counted(sizeOf(total(latest.map(mixture))), 'request')} failed, and by which version cannot be told yet`;
  const failed = `${theirs.bad} of its latest ${counted(sizeOf(theirs), 'answer')}`;
  return `the stable fails as well: ${failed}, and ${failedOf(ours)} of the canary's${missing}`;
}

export function whyBlind(
  { mark }: Gate,
  source: Measurement['source'],
  checks: readonly Check[],
  added: readonly Check[],
): string {
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
  if (others === 0) return `${none}${whyUnreached(checks)}`;
  const which = others === 1 ? 'its one answer did not have' : `none of ${others} answers had`;
  return `${none}: ${which} the canary's value of \`${mark}\``;
}

function noneOf(checks: number, source: Measurement['source']): string {
  return checks === 1
    ? `the one check by \`${source}\` could not measure it`
    : `none of ${counted(checks, 'check')} by \`${source}\` could measure it`;
}

function lastUnknown(checks: readonly Check[]): Failure | undefined {
  return checks.findLast(({ unknown }) => unknown > 0)?.failures[0];
}

/** What kept the URLs from being reached, where nobody answered at all. */
function whyUnreached(checks: readonly Check[]): string {
  const isReached = checks.some((check) => sizeOf(mixture(check)) > 0);
  const last = isReached ? undefined : lastUnknown(checks);
  return last === undefined ? '' : `: ${last.seen} from ${inTicks(last.target)}`;
}

/** What came last of a source that told nothing. */
function whyUncounted(checks: readonly Check[]): string {
  const last = lastUnknown(checks);
  if (last !== undefined) return `: ${last.seen}`;
  const told = checks.filter((check) => !isExitCode(check)).map(({ canary }) => canary);
  const none = told.length > 0 && told.every((counts) => sizeOf(counts) === 0);
  return none ? ': it counted no answer of the canary' : '';
}
