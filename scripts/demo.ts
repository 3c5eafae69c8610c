import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Emulator, type Fault, startEmulator } from '../emulator/emulator.js';
import { summaryPage } from './render.js';
import { runStep, type StepResult } from './runner.js';

/** Runs the committed bundle as a runner would, against an emulated ESA, and shows what it printed and what it did. */
const dist = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(dirname(dist), '.demo');
/** The edge draws versions by chance; by this seed it shows the same each time. */
const EDGE_SEED = 1;

interface Scene {
  readonly title: string;
  readonly inputs: (last: StepResult | undefined, edge: string) => Readonly<Record<string, string>>;
  readonly fault?: Fault;
  /** A version that fails half of its requests. */
  readonly misbehaves?: string;
}

void main();

async function main(): Promise<void> {
  await using emulator = await startEmulator({ edgeSeed: EDGE_SEED });
  const versions = emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  say(`An emulated ESA listens on ${emulator.api}. Routine "hello" has versions ${versions.join(', ')};`);
  say('the oldest serves all requests. Each step below is the real bundle in a process of its own.');
  const summaries = [];
  let last: StepResult | undefined;
  for (const scene of scenes(versions)) {
    last = await play(scene, emulator, last);
    summaries.push(last.summary);
  }
  mkdirSync(folder, { recursive: true });
  const markdown = summaries.join('\n---\n\n');
  writeFileSync(join(folder, 'summary.md'), markdown);
  writeFileSync(join(folder, 'summary.html'), summaryPage('Job summary of the demo', markdown));
  say('\nThe job summary that GitHub would show:');
  for (const name of ['summary.html', 'summary.md']) say(`  ${relative(process.cwd(), join(folder, name))}`);
}

function scenes([v1 = '', v2 = '', v3 = '']: readonly string[]): readonly Scene[] {
  return [
    {
      title: '10 % of production to the second version, the rest stays',
      inputs: () => ({ versions: `${v2}=10,${v1}` }),
    },
    {
      title: 'All of it, only if nobody has deployed since; the network loses the answer to the write',
      inputs: (before) => ({ versions: `${v2}=100`, 'expect-deployment-id': before?.outputs['deployment-id'] ?? '' }),
      fault: { operation: 'CreateRoutineCodeDeployment', effect: { kind: 'lost' } },
    },
    {
      title: 'The newest version, guarded by a DeploymentId that is no longer live',
      inputs: () => ({ versions: `${v3}=5,${v2}`, 'expect-deployment-id': '1700000000000000000' }),
    },
    {
      title: 'A rollout by steps of the newest version, watched at the edge',
      inputs: (_, edge) => ({ canary: v3, steps: '5% for 3s, 50% for 3s, 100%', ...watched(edge) }),
    },
    {
      title: 'A rollout of the oldest version, as is meant, which fails half of its requests: rolled back',
      inputs: (_, edge) => ({
        canary: v1,
        'allow-older': 'true',
        steps: '10% for 10s, 100%',
        ...watched(edge),
      }),
      misbehaves: v1,
    },
  ];
}

function watched(edge: string): Record<string, string> {
  return { 'gate-url': `${edge}/production/hello/`, 'gate-version-header': 'x-code-version', 'gate-interval': '1s' };
}

async function play(scene: Scene, emulator: Emulator, last: StepResult | undefined): Promise<StepResult> {
  const [key] = emulator.world.credentials;
  const inputs = { routine: 'hello', env: 'production', ...scene.inputs(last, emulator.edge) };
  say(`\n━━ ${scene.title}`);
  for (const [name, value] of Object.entries(inputs)) say(`   ${name}: ${value}`);
  if (scene.fault !== undefined) emulator.script(scene.fault);
  const broken = emulator.world.routines['hello']?.versions.find((known) => known.codeVersion === scene.misbehaves);
  if (broken !== undefined) broken.misbehaviour = { failureShare: 0.5 };
  const result = await runStep({
    entry: join(dist, 'main.cjs'),
    inputs: {
      ...inputs,
      endpoint: emulator.api,
      'access-key-id': key?.accessKeyId ?? '',
      'access-key-secret': key?.accessKeySecret ?? '',
    },
    onLine: (line) => {
      if (line.trim() !== '' && !line.startsWith('::add-mask::')) say(`   │ ${line}`);
    },
  });
  say(`   exit ${result.exitCode}, outcome ${result.outputs['outcome']}`);
  say(`   100 requests to the edge, each drawn by the weights: ${await traffic(emulator)}`);
  return result;
}

/** Which versions answer, asked of the edge itself. */
async function traffic(emulator: Emulator): Promise<string> {
  const counts = new Map<string, number>();
  for (let sent = 0; sent < 100; sent += 1) {
    const version = await answeredBy(`${emulator.edge}/production/hello/`);
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts].map(([version, count]) => `${count} answered by ${version}`).join(', ');
}

async function answeredBy(url: string): Promise<string> {
  return new Promise((done, failed) => {
    const sent = request(url, (response) => {
      response.resume();
      response.once('end', () => done(String(response.headers['x-code-version'] ?? 'nobody')));
    });
    sent.once('error', failed);
    sent.end();
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
