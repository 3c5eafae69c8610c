import { durationText, rounded } from '../duration.js';
import { withStop } from '../escape.js';
import type { Finding, Timeline } from '../model.js';

/** What a gate in observe mode found: written down in the timeline when it is found, and told at the end. */

/** What would have ended the rollout; otherwise what would have kept a step. The first of either. */
export function observedIn(timeline: Timeline): Finding | undefined {
  const findings = timeline.filter((event) => event.kind === 'observed');
  return findings.find(wouldEnd) ?? findings[0];
}

export function wouldEnd({ why }: Finding): boolean {
  return why !== 'site-fails';
}

export const WOULD: Readonly<Record<Finding['how'], string>> = {
  rollback: 'would have been rolled back',
  hold: 'would have been held',
  'bake-on': 'would have baked on',
};

export function observationText({ how, weight, after, sentence }: Finding): string {
  return `In observe mode: ${WOULD[how]} at ${weight} %, after ${durationText(rounded(after))}: ${withStop(sentence)}`;
}
