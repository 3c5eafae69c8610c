import { drawsOf } from '../../../emulator/chance.js';
import { pick } from '../../../emulator/edge.js';

/**
 * With this seed each of the first checks of a step meets the canary, at whatever weight, in as many requests as have a
 * chance of 95 % of it. For tests of what follows from an answer of the canary.
 */
export const SEED_THAT_MEETS = 1762;

export interface Requests {
  readonly seed: number;
  /** The start world has made one; a rollout's first step is the second. */
  readonly deployment: number;
  /** Of the canary, in percent. */
  readonly weight: number;
  /** Whether the split names the canary first or last. */
  readonly first?: boolean;
}

/** Whether the canary answers, for so many of a deployment's requests to production from the first on. */
export function canaryAnswers({ seed, deployment, weight, first = true }: Requests, count: number): boolean[] {
  const shares = [
    { codeVersion: 'canary', percentage: weight },
    { codeVersion: 'stable', percentage: 100 - weight },
  ];
  const split = first ? shares : shares.toReversed();
  const next = drawsOf(seed, 'production/hello', deployment);
  return Array.from({ length: count }, () => pick(split, next().version) === 'canary');
}

/** The least seed of which something holds. */
export function seedWhere(holds: (seed: number) => boolean): number {
  let seed = 1;
  while (!holds(seed)) seed += 1;
  return seed;
}
