import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CodeVersion, deploy, type Emulator, startEmulator, startWorld } from '../../emulator/emulator.js';
import type { Outcome } from '../../src/rollout/outcome.js';
import { runStep, type StepResult } from '../runner.js';

/** Runs of the bundle whose summaries are looked at: at least one for each way in which a run can end. */

const root = resolve(import.meta.dirname, '../../..');
const WRITE = 'CreateRoutineCodeDeployment';
/** With it the edge shows the canary to the first checks of a step. */
const EDGE_SEED = 1762;
/** When the versions were made, so that they have the same numbers each time. */
const BORN = Date.UTC(2025, 5, 2, 9);
/** Of pauses. All of a run has to fit into fourteen minutes, since the emulator's clock stays behind. */
const SPEED = '120';
const STEPS = '10% for 2m, 50% for 2m, 100%';

interface Place {
  readonly emulator: Emulator;
  readonly versions: readonly string[];
}

export interface Scene {
  readonly name: string;
  readonly outcome: Outcome;
  readonly inputs: (place: Place) => Readonly<Record<string, string>>;
  readonly prepare?: (place: Place) => void;
  readonly onLine?: (line: string, place: Place) => void;
}

export interface Played {
  readonly scene: Scene;
  readonly result: StepResult;
  readonly gateUrl: string;
}

const gateUrl = ({ emulator }: Place) => `${emulator.edge}/production/hello/`;
const byHand = ({ versions }: Place, weight: number) => ({ versions: `${versions[1]}=${weight},${versions[0]}` });
const bySteps = (place: Place, steps = STEPS) => ({
  canary: place.versions[1] ?? '',
  steps,
  'gate-url': gateUrl(place),
  'gate-version-header': 'x-code-version',
  'gate-interval': '30s',
});
const versionOf = ({ emulator: { world } }: Place, version: string | undefined): Partial<CodeVersion> =>
  world.routines['hello']?.versions.find((known) => known.codeVersion === version) ?? {};
const fails = (place: Place) => {
  versionOf(place, place.versions[1]).misbehaviour = { failureShare: 0.5 };
};
const serve = ({ emulator }: Place, codeVersion = '') =>
  deploy(emulator.world, 'hello', 'production', [{ codeVersion, percentage: 100 }]);

/** Texts as long as they may be, and in Chinese. */
const LONG = '修复了西班牙语问候语的编码问题 and keep the greeting of every language in one table, which is generated';

export const SCENES: readonly Scene[] = [
  { name: 'deployed', outcome: 'deployed', inputs: (place) => byHand(place, 10) },
  { name: 'promoted', outcome: 'promoted', inputs: (place) => bySteps(place) },
  { name: 'paused', outcome: 'paused', inputs: (place) => bySteps(place, '10% for 2m') },
  { name: 'baking', outcome: 'baking', inputs: (place) => ({ ...bySteps(place), wait: 'false' }) },
  { name: 'uploaded', outcome: 'uploaded', inputs: () => ({ code: 'hello.js' }) },
  { name: 'unchanged', outcome: 'unchanged', inputs: ({ versions }) => ({ versions: `${versions[0]}=100` }) },
  { name: 'planned', outcome: 'planned', inputs: (place) => ({ ...bySteps(place), 'dry-run': 'true' }) },
  { name: 'planned-split', outcome: 'planned', inputs: (place) => ({ ...byHand(place, 10), 'dry-run': 'true' }) },
  { name: 'rolled-back', outcome: 'rolled-back', inputs: (place) => bySteps(place), prepare: fails },
  {
    name: 'rolled-back-late',
    outcome: 'rolled-back',
    inputs: (place) => bySteps(place),
    onLine: (line, place) => {
      if (line.includes('50 % bakes')) fails(place);
    },
  },
  {
    name: 'rolled-back-long',
    outcome: 'rolled-back',
    inputs: (place) => ({
      ...bySteps(place),
      'gate-url': `${gateUrl(place)}api/v1/greetings/es-419/all?since=2025-05-29T09:00:00Z&fields=greeting,language,region,author&page=1&order=descending`,
    }),
    prepare: (place) => {
      fails(place);
      for (const version of place.versions) versionOf(place, version).description = LONG;
    },
  },
  {
    name: 'held',
    outcome: 'held',
    inputs: (place) => ({ ...bySteps(place), 'on-failure': 'hold' }),
    prepare: fails,
  },
  {
    name: 'drifted',
    outcome: 'drifted',
    inputs: (place) => bySteps(place),
    onLine: (line, place) => {
      if (line.includes('10 % bakes')) serve(place, place.versions[2]);
    },
  },
  {
    name: 'refused',
    outcome: 'refused',
    inputs: (place) => ({ ...byHand(place, 10), 'expect-deployment-id': '1700000000000000000' }),
  },
  {
    name: 'refused-inputs',
    outcome: 'refused',
    inputs: (place) => ({ ...byHand(place, 101), 'gate-interval': 'soon', steps: '10%, 5%' }),
  },
  {
    name: 'failed',
    outcome: 'failed',
    inputs: (place) => bySteps(place),
    prepare: ({ emulator }) =>
      emulator.script({
        operation: WRITE,
        effect: { kind: 'error', code: 'Forbidden.RAM', status: 403, message: 'User not authorized to operate.' },
      }),
  },
  {
    name: 'rollback-failed',
    outcome: 'rollback-failed',
    inputs: (place) => bySteps(place),
    prepare: (place) => {
      fails(place);
      const effect = { kind: 'error', code: 'InvalidParameter', message: 'The code version is gone.' } as const;
      place.emulator.script({ operation: WRITE, skip: 1, times: 'Infinity', effect });
    },
  },
];

/** Marks of Markdown, HTML, GitHub and mermaid, in what others may write. */
export const HOSTILE = [
  '<script>document.title="taken"</script><img src=x onerror=alert(1)>',
  '[a](javascript:alert(1)) ![b](http://evil.example/x.png) www.evil.example http://evil.example @octocat #1 GH-17',
  '</td></table><h1>x</h1> |---| ``` ~~~ **b** $$x$$ :+1: &lt;b&gt; <details open> %%{init: {}}%%',
].join(' ');

/** Each beside the scene of the same kind in which nobody means harm. */
export const HOSTILE_SCENES: readonly (Scene & { readonly like: string })[] = [
  {
    name: 'hostile-names',
    like: 'rolled-back',
    outcome: 'rolled-back',
    inputs: (place) => ({
      ...bySteps(place),
      'gate-url': `${gateUrl(place)}?<script>alert(1)</script>&a=[b](c)|\`d\`**e**`,
    }),
    prepare: (place) => {
      fails(place);
      versionOf(place, place.versions[0]).description = HOSTILE;
      versionOf(place, place.versions[1]).description = `\n# ${HOSTILE.split(' ').toReversed().join(' ')}`;
    },
  },
  {
    name: 'hostile-inputs',
    like: 'refused-inputs',
    outcome: 'refused',
    inputs: () => ({ routine: HOSTILE, versions: HOSTILE, steps: `${HOSTILE}, 5%`, 'gate-interval': HOSTILE }),
  },
  {
    name: 'hostile-service',
    like: 'failed',
    outcome: 'failed',
    inputs: (place) => bySteps(place),
    prepare: ({ emulator }) => {
      const effect = { kind: 'error', code: HOSTILE, status: 403, message: `\n\n${HOSTILE}\n\n---\n` } as const;
      emulator.script({ operation: WRITE, effect });
    },
  },
];

/** Plays a scene by the bundle in `dist/`, against an emulator of its own. */
export async function play(scene: Scene, node = process.execPath): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'scene-'));
  try {
    await using emulator = await startEmulator({ edgeSeed: EDGE_SEED, world: startWorld(BORN) });
    const versions = emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
    const place = { emulator, versions };
    scene.prepare?.(place);
    const [key] = emulator.world.credentials;
    const result = await runStep({
      entry: join(root, 'dist/main.cjs'),
      node,
      inputs: {
        routine: 'hello',
        env: 'production',
        'access-key-id': key?.accessKeyId ?? '',
        'access-key-secret': key?.accessKeySecret ?? '',
        endpoint: emulator.api,
        ...scene.inputs(place),
      },
      env: jobIn(folder),
      onLine: (line) => scene.onLine?.(line, place),
    });
    return { scene, result, gateUrl: gateUrl(place) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A job of a repository, with code to upload. */
function jobIn(folder: string): Readonly<Record<string, string>> {
  const event = join(folder, 'runner', 'event.json');
  mkdirSync(join(folder, 'runner'));
  writeFileSync(event, JSON.stringify({ head_commit: { id: SHA, message: 'Greet in Italian' } }));
  writeFileSync(join(folder, 'hello.js'), "export default { fetch: () => new Response('Ciao') };\n");
  return {
    NODE_OPTIONS: `--require ${join(root, 'scripts/engine/short-pauses.cjs')}`,
    PAUSE_SPEED: SPEED,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'octo/hello',
    GITHUB_RUN_ID: '1234567890',
    GITHUB_SHA: SHA,
    GITHUB_REF_NAME: 'main',
    GITHUB_ACTOR: 'octocat',
    GITHUB_EVENT_PATH: event,
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: join(folder, 'runner'),
  };
}
const SHA = '3f2a9c01b7de44553f2a9c01b7de44553f2a9c01';
