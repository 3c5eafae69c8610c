import type { Share } from '../../../emulator/emulator.js';

/** What a person deploys in mid-run. All but the first two look like something that the rollout itself does. */
export type Who = 'other' | 'other-beside' | 'earlier' | 'ahead' | 'higher' | 'stable' | 'canary';

export interface Versions {
  readonly stable: string;
  readonly canary: string;
  readonly other: string;
}

export function sharesOf(who: Who, { stable, canary, other }: Versions, weights: readonly number[]): Share[] {
  const beside = (weight: number, first: string): Share[] =>
    weight === 100
      ? [{ codeVersion: first, percentage: 100 }]
      : [
          { codeVersion: first, percentage: weight },
          { codeVersion: stable, percentage: 100 - weight },
        ];
  const [first = 5] = weights;
  switch (who) {
    case 'other':
      return beside(100, other);
    case 'other-beside':
      return beside(20, other);
    case 'earlier':
      return beside(first, canary);
    case 'ahead':
      return beside(weights.find((weight) => weight > first) ?? 70, canary);
    case 'higher':
      return beside(85, canary);
    case 'stable':
      return beside(100, stable);
    case 'canary':
      return beside(100, canary);
  }
}
