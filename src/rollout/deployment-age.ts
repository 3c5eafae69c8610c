import { durationText } from './duration.js';
import { quoted } from './escape.js';
import { instantOfId, instantText, readInstant } from './instant.js';
import type { Live } from './model.js';
import { failed, type Result, succeeded } from './result.js';

type Serving = Extract<Live, { kind: 'serving' }>;

/** A time of what is live in ms, or why nobody knows it: a clause without its full stop. */
export type Known = Result<number, string>;

/** CreationTime and DeployId are made together; further apart, one of them is not what it seems. In ms. */
const WITNESSES_APART = 5 * 60_000;
/** Between the clocks of one service, and for times that are cut to whole seconds. In ms. */
const SKEW = 5_000;
/** The service takes no signature that is further from its clock than this, so no clock of it is further from ours. */
const CLOCKS_APART = 15 * 60_000;

/** Since when it is live, in ms since the epoch, as far as the service does not contradict itself. */
export function creationOf({ deployedAt, deploymentId }: Serving): Known {
  const created = readInstant(deployedAt);
  if (created === undefined) {
    return failed(
      deployedAt === undefined
        ? 'the service does not say since when the canary is live'
        : `the service says ${quoted(deployedAt)} for since when the canary is live, and that is no instant (a date of this century, a time and its zone)`,
    );
  }
  const witness = instantOfId(deploymentId);
  if (witness === undefined || Math.abs(witness - created) <= WITNESSES_APART) return succeeded(created);
  return failed(
    `the service gives two times since which the canary is live, ${instantText(created)} and, from the deployment's id, ${instantText(witness)}`,
  );
}

/**
 * For how long it has been live, in ms: by the service's own clock where its answer gave it, otherwise by the runner's,
 * which may be minutes off. A bake that is counted from a wrong time ends too soon, so where anything contradicts, the
 * age is unknown.
 */
export function ageOf(live: Serving, runnerNow: number): Known {
  const created = creationOf(live);
  if (!created.ok) return created;
  const told = readInstant(live.answeredAt);
  if (told !== undefined && Math.abs(told - runnerNow) > CLOCKS_APART)
    return failed(
      `the clocks of the service (${instantText(told)}) and of the runner (${instantText(runnerNow)}) are more than ${durationText(CLOCKS_APART)} apart`,
    );
  const age = (told ?? runnerNow) - created.value;
  if (age < -SKEW)
    return failed(
      `the service says that the canary is live since a time that is yet to come, ${instantText(created.value)} by a clock that shows ${instantText(told ?? runnerNow)}`,
    );
  return succeeded(Math.max(0, age));
}

/** Now by the service's own clock where its answer gave it, otherwise by the runner's. In ms since the epoch. */
export function clockOf(live: Live, runnerNow: number): number {
  return (live.kind === 'serving' ? readInstant(live.answeredAt) : undefined) ?? runnerNow;
}
