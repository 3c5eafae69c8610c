import { createHash } from 'node:crypto';

/** Numbers in [0, 1) that a seed replays (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What chance has in store for one request: numbers in [0, 1), each independent of every other. */
export interface Draw {
  /** Decides which version answers. */
  readonly version: number;
  /** Decides whether that version misbehaves. */
  readonly failure: number;
  /** Decides whether the site does. */
  readonly outage: number;
}

/**
 * The draws of a deployment's requests, in order of arrival. Every deployment has its own, so that what a step of a
 * rollout meets does not depend on how many requests came before it. `place` is `ENVIRONMENT/ROUTINE`, `deployment` how
 * many there have been in that place.
 */
export function drawsOf(seed: number, place: string, deployment: number): () => Draw {
  const digest = createHash('sha256').update(`${seed} ${place} ${deployment}`).digest();
  const random = randomFrom(digest.readUInt32BE());
  return () => ({ version: random(), failure: random(), outage: random() });
}
