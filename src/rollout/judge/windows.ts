import type { Counts, Measurement, Span } from '../model.js';

type Weighed = Measurement & { readonly weight: number };

/**
 * Each check by what it adds to those before it. Counts of the whole step so far hold those of the checks before; what
 * came since the last is a check of its own, as if it alone had been counted. Where a count fell, somebody corrected what
 * was told: as many checks as told more are taken back, and what came since the one before them is one check.
 */
export function additions<Check extends Weighed>(checks: readonly Check[]): readonly Check[] {
  let told: { readonly window: string | undefined; readonly seen: Check; readonly added: Span }[] = [];
  for (const seen of withoutReplaced(checks)) {
    const window = seen.since === 'step' && seen.spans === undefined ? placeOf(seen) : undefined;
    const last = () => (window === undefined ? undefined : told.findLast((one) => one.window === window));
    let before = last();
    if (before !== undefined && addedSince(before.seen, seen) === undefined) {
      told = told.filter((one) => one.window !== window || addedSince(one.seen, seen) !== undefined);
      before = last();
    }
    told.push({ window, seen, added: (before && addedSince(before.seen, seen)) ?? seen });
  }
  return told.map(({ seen, added: { canary, stable } }) => ({ ...seen, canary, stable }));
}

/**
 * Counts by spans of time say when each answer was given, so the latest of a step takes the place of those before it, and
 * what came late is counted once, where it belongs.
 */
function withoutReplaced<Check extends Weighed>(checks: readonly Check[]): readonly Check[] {
  const latest = new Map(checks.flatMap((one) => (one.spans === undefined ? [] : [[placeOf(one), one] as const])));
  return checks.filter((one) => one.spans === undefined || latest.get(placeOf(one)) === one);
}

const placeOf = ({ source, weight }: Weighed) => `${source} ${weight}`;

/** Each span of time as a check of its own, where a check is made of spans. */
export function spansOf<Check extends Measurement>(checks: readonly Check[]): readonly Check[] {
  return checks.flatMap((check) => check.spans?.map((span) => ({ ...check, ...span })) ?? [check]);
}

/** A check never changes, and evidence is remembered by its counts. */
const known = new WeakMap<Counts, { readonly before: Counts; readonly added: Span | undefined }>();

/** Undefined where one of the counts is less than before, or only one of them has a stable. */
function addedSince(before: Span, now: Span): Span | undefined {
  const found = known.get(now.canary);
  if (found?.before === before.canary) return found.added;
  const canary = difference(before.canary, now.canary);
  const stable = before.stable && now.stable && difference(before.stable, now.stable);
  const isStableTold = (before.stable === undefined) === (now.stable === undefined) && (!now.stable || stable);
  const added = canary && isStableTold ? { canary, stable } : undefined;
  known.set(now.canary, { before: before.canary, added });
  return added;
}

function difference(before: Counts, now: Counts): Counts | undefined {
  const [good, bad] = [now.good - before.good, now.bad - before.bad];
  return good < 0 || bad < 0 ? undefined : { good, bad };
}
