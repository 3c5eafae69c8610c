import type { Played } from './play.js';
import type { Scenario } from './scenario.js';

/** Checks a run against the world, which is the truth, and never against what the action says of itself alone. */
export function judge(scenario: Scenario, played: Played): void {
  const { main, post, liveAfterMain, liveAtEnd, stable, canary, tookTooLong, emulator } = played;
  must(!tookTooLong, 'it did not end');
  for (const live of [liveAfterMain, liveAtEnd]) {
    const weights = Object.values(live);
    must(weights.length <= 2, 'more than two versions are live');
    must(
      weights.length === 0 || weights.reduce((sum, weight) => sum + weight, 0) === 100,
      'the weights do not sum to 100',
    );
  }
  must(
    ![main, post].some((step) => leaks(step.log + step.summary + JSON.stringify([step.outputs, step.state]))),
    'a secret leaked',
  );
  const { outcome } = main.outputs;
  if (main.signal === null) {
    must(outcome !== undefined, 'no outcome');
    must(main.exitCode === (GOOD.has(outcome ?? '') ? 0 : 1), `exit ${main.exitCode} for ${outcome}`);
    agrees(played, outcome ?? '');
  }
  rises(played);
  const writes = emulator.requests.filter((request) => request.action === WRITE);
  if (outcome === 'refused' || outcome === 'unchanged')
    must(writes.length === 0, `${outcome}, but something was written`);
  const left =
    (liveAtEnd[canary] ?? 0) > 0 && Object.keys(liveAtEnd).every((version) => version === canary || version === stable);
  const interrupted = main.signal !== null || /^Cancelled/m.test(main.log);
  const asked = scenario.onCancel === 'rollback' && scenario.start !== 'nothing';
  const honest =
    outcome === 'rollback-failed' || /rollback-failed|cannot be read/.test(post.log) || ENDED.has(outcome ?? '');
  const began = main.state['stable'] !== undefined;
  if (interrupted && asked && left && began) must(honest, 'a canary was left behind by a run that was cut short');
}

const WRITE = 'CreateRoutineCodeDeployment';
const GOOD = new Set(['deployed', 'promoted', 'paused', 'baking', 'unchanged', 'planned']);
/** It concluded before the signal, or by another choice than the one on cancellation. */
const ENDED = new Set(['promoted', 'paused', 'baking', 'held', 'drifted', 'unchanged']);

function must(held: boolean, what: string): void {
  if (!held) throw new Error(what);
}

function leaks(text: string): boolean {
  return text.replace(/^::add-mask::.*$/gm, '').includes('emulator-key-secret');
}

/** The outcome against what was live, unless somebody else deployed where main could no longer see it. */
function agrees({ emulator, main, liveAfterMain, stable, canary, foreign }: Played, outcome: string): void {
  // Deployed before the run first looked, the other one's version is the stable of this rollout, and nothing foreign.
  if ((main.outputs['previous-versions'] ?? '').includes(foreign)) return;
  const weight = liveAfterMain[canary] ?? 0;
  const overtaken = (liveAfterMain[foreign] ?? 0) > 0 && outcome !== 'drifted';
  const history = emulator.world.routines['hello']?.environments.production.history ?? [];
  if (outcome === 'drifted')
    must(
      history.some((one) => one.codeVersions.some((share) => share.codeVersion === foreign)),
      'drift that was not there',
    );
  if (overtaken) {
    must(!wasShown(emulator, foreign), 'somebody else was seen and not told');
    return;
  }
  if (outcome === 'promoted') must(weight === 100, 'promoted, but the canary does not serve alone');
  if (outcome === 'rolled-back')
    must(liveAfterMain[stable] === 100, 'rolled back, but the stable does not serve alone');
  if (['paused', 'baking', 'held'].includes(outcome)) {
    must(
      same(main.outputs['versions'] ?? '', liveAfterMain),
      `${outcome}, but ${main.outputs['versions']} is not live`,
    );
  }
}

/** Whether a read after the foreign deployment showed it, and the run went on. */
function wasShown(emulator: Played['emulator'], foreign: string): boolean {
  const last = emulator.world.routines['hello']?.environments.production.history.at(-1);
  const since = Date.parse(last?.creationTime ?? '') || 0;
  const reads = emulator.requests.filter(
    (request) => request.action === 'GetRoutine' && request.at > since + 1_000 && request.status === 200,
  );
  return reads.length > 0 && last?.codeVersions.some((share) => share.codeVersion === foreign) === true;
}

function same(text: string, live: Readonly<Record<string, number>>): boolean {
  const said = text
    .split(',')
    .filter((entry) => entry !== '')
    .sort();
  const shown = Object.entries(live).map(([version, weight]) => `${version}=${weight}`);
  return said.join() === shown.sort().join();
}

/** Weights rise until a rollback, and nothing but the stable follows it. */
function rises({ emulator, canary, stable, foreign }: Played): void {
  const history = emulator.world.routines['hello']?.environments.production.history ?? [];
  let highest = 0;
  let back = false;
  for (const { codeVersions } of history) {
    const weightOf = (version: string) => codeVersions.find((share) => share.codeVersion === version)?.percentage ?? 0;
    if (weightOf(foreign) > 0) continue;
    const weight = weightOf(canary);
    if (weight === 0 && weightOf(stable) === 100 && highest > 0) back = true;
    else if (weight > 0) {
      must(!back, `a step to ${weight} % after a rollback`);
      must(weight >= highest, `the weight fell from ${highest} % to ${weight} %`);
      highest = weight;
    }
  }
}
