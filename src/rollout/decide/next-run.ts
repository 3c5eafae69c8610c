import type { Rollout } from '../model.js';

/** What the next run of a schedule will do. What is live is all that it knows, so a person's word has to stop it. */
const NEXT_RUN = {
  began:
    'It began, since the stable served alone. If somebody restored the stable on purpose, stop the schedule: each run that finds it alone starts this canary again.',
  promoted: 'Stop the schedule: should somebody restore the stable, its next run would roll this canary out again.',
  'rolled-back':
    'Stop the schedule, or name another canary: its next run would try this one again, unless a record (`github-deployment`) holds that it failed.',
} as const;

/** A sentence; empty where one run does all of the rollout. */
export function nextRun({ wait }: Rollout, when: keyof typeof NEXT_RUN): string {
  return wait ? '' : NEXT_RUN[when];
}
