import type { Counts } from './model.js';

/** `1 answer`, `3 answers`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** `3 of 56`: of the answers, those that failed; `3 of 56 answers` where the thing is named. */
export function failedOf({ good, bad }: Counts, thing?: string): string {
  const all = good + bad;
  return `${bad} of ${thing === undefined ? all : counted(all, thing)}`;
}
