/** What a sequence of answers, each of version a or b at 50 %, looks like. */
export type Pattern =
  | 'by chance'
  | 'always the same'
  | 'in turn'
  | 'in long runs'
  | 'not by the weights'
  | 'too few answers';

/** Chance alone goes so far in fewer than 1 of 10,000 such tests, in standard deviations. */
const FAR = 4;
const FEWEST = 50;

/**
 * Tells chance from the rest by two tests under H0 "each request by itself, 50 %": the number of a's (binomial), and given
 * it the number of runs (Wald and Wolfowitz), which is what remembering or taking turns changes.
 */
export function patternOf(sequence: readonly ('a' | 'b')[]): Pattern {
  const size = sequence.length;
  if (size < FEWEST) return 'too few answers';
  const a = sequence.filter((one) => one === 'a').length;
  const b = size - a;
  if (a === 0 || b === 0) return 'always the same';
  const expected = 1 + (2 * a * b) / size;
  const variance = ((expected - 1) * (expected - 2)) / (size - 1);
  const runs = 1 + sequence.filter((one, index) => index > 0 && one !== sequence[index - 1]).length;
  const far = (runs - expected) / Math.sqrt(Math.max(variance, Number.EPSILON));
  if (far > FAR) return 'in turn';
  if (far < -FAR) return 'in long runs';
  return Math.abs(a - size / 2) > (FAR * Math.sqrt(size)) / 2 ? 'not by the weights' : 'by chance';
}
