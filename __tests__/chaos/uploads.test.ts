import { expect, test } from '@jest/globals';
import { randomFrom } from '../../emulator/chance.js';
import type { FaultEffect } from '../../emulator/emulator.js';
import { post } from '../support/action/rollout-stage.js';
import { live } from '../support/action/stage.js';
import { onUploadStage, type UploadStage } from '../support/action/upload-stage.js';

/**
 * Uploads by the real bundle under random faults, cancellations and kills, each with its post step. `CHAOS_RUNS` and
 * `CHAOS_SEED` as for the other chaos; a failure names its seed.
 */
const RUNS = Math.ceil(Number(process.env['CHAOS_RUNS'] ?? 60) / 4);
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);

const OPERATIONS = [
  'ListRoutineCodeVersions',
  'GetRoutine',
  'GetRoutineStagingCodeUploadInfo',
  'CreateRoutineWithAssetsCodeVersion',
  'PostObject',
  'CommitRoutineStagingCode',
  'GetRoutineCodeVersionInfo',
  'DeleteRoutineCodeVersion',
  'CreateRoutineCodeDeployment',
];
const EFFECTS: readonly FaultEffect[] = [
  { kind: 'error', code: 'InternalException', status: 500 },
  { kind: 'error', code: 'Throttling.User', status: 400 },
  { kind: 'error', code: 'Forbidden.RAM', status: 403 },
  { kind: 'html', status: 502, acts: true },
  { kind: 'reset' },
  { kind: 'lost' },
  { kind: 'truncated' },
  { kind: 'slow', ms: 200 },
];

interface Ended {
  readonly outcome: string;
  readonly untrue: readonly string[];
}

/** Where the canary may be live in the end. */
const mayServe = (outcome: string) => ['promoted', 'failed', 'rollback-failed'].includes(outcome);

/** What is said of the version and of what is live has to be so, and nothing unfinished of the run's own may be left. */
async function playOn(stage: UploadStage, seed: number): Promise<Ended> {
  const { emulator, versions, run, stored } = stage;
  const random = randomFrom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  emulator.world.quirks.buildTime = pick([0, 0, 1_500]);
  for (let count = Math.floor(random() * 4); count > 0; count -= 1)
    emulator.script({ operation: pick(OPERATIONS), skip: Math.floor(random() * 3), effect: pick(EFFECTS) });
  const directory = { code: 'site', 'code-entry': 'fn.js' };
  const what = { ...pick([directory, directory, {}]), ...pick([{ steps: '50% for 400ms, 100%' }, {}]) };
  const theirs = stored().push({
    codeVersion: '1790000000000000001',
    createTime: '2026-09-01T00:00:00Z',
    description: 'somebody else is at it',
    status: 'Init',
  });
  const signal = pick<NodeJS.Signals | undefined>([undefined, undefined, 'SIGINT', 'SIGKILL']);
  const after = Math.floor(random() * 900);
  const ended = await run(what, {}, undefined, {
    onStart: (child) => {
      if (signal !== undefined) setTimeout(() => child.kill(signal), after);
    },
  });
  const last = await run(what, {}, undefined, { entry: post, state: ended.state });
  const { outcome = `killed by ${ended.signal}`, 'uploaded-version': version = '' } = ended.outputs;
  const found = stored().find(({ codeVersion }) => codeVersion === version);
  const left = stored().filter(({ status, codeVersion }) => status === 'Init' && codeVersion !== '1790000000000000001');
  const served = live(emulator);
  const isStable = JSON.stringify(served) === JSON.stringify({ [versions[0] ?? '']: 100 });
  const claims: readonly (readonly [string, boolean])[] = [
    ['a version of the run is left unfinished', left.length === 0 || /was not deleted/.test(last.log + ended.log)],
    ["somebody else's version is gone", stored().some(({ codeVersion }) => codeVersion === '1790000000000000001')],
    ['the version that is named is none that can be deployed', version === '' || found?.status === 'Available'],
    ['promoted, and not live', outcome !== 'promoted' || served[version] === 100],
    ['it says uploaded, and names no version', outcome !== 'uploaded' || version !== ''],
    ['something is deployed', mayServe(outcome) || ended.state['concluded'] === 'true' || isStable],
    ['more than two versions came of one code', stored().length <= theirs + 2],
  ];
  return { outcome, untrue: claims.flatMap(([claim, holds]) => (holds ? [] : [claim])) };
}

test(`${RUNS} uploads from seed ${SEED}: what is said is so, and nothing is left half done`, async () => {
  const outcomes: Record<string, number> = {};
  const broken: object[] = [];
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    await onUploadStage(async (stage) => {
      const { outcome, untrue } = await playOn(stage, seed);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (untrue.length > 0) broken.push({ seed, outcome, untrue });
    });
  }
  process.stdout.write(`uploads, seed ${SEED}, ${RUNS} runs: ${JSON.stringify(outcomes)}\n`);
  expect(broken).toEqual([]);
}, 600_000);
