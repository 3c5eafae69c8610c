/** Sums and products of numbers that are too large or too small for a number, by their natural logarithms. */

const EXACT: number[] = [0];
for (let n = 1; n < 256; n += 1) EXACT.push((EXACT[n - 1] ?? 0) + Math.log(n));

/** ln(n!) for a whole n >= 0; Stirling's series where it is exact to the last digit. */
export function logFactorial(n: number): number {
  const exact = EXACT[n];
  if (exact !== undefined) return exact;
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

/** ln of n over k. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** ln of the mean of these numbers, each given by its ln; none of them may be missing. */
export function logMean(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/** ln of the sum of two numbers, each given by its ln; the second has to be above 0. */
export function logAdd(one: number, other: number): number {
  const largest = Math.max(one, other);
  return largest + Math.log1p(Math.exp(Math.min(one, other) - largest));
}

/** `count` times ln(x), where none of something impossible is certain. */
export function timesLog(count: number, x: number): number {
  return count === 0 ? 0 : count * Math.log(x);
}
