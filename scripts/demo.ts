import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addVersion, type Emulator, type Fault, startEmulator } from '../emulator/emulator.js';
import { exposure, lastRollout, picture, timeText, weightsOf, wrapped } from './picture.js';
import { summaryPage } from './render.js';
import { runStep, type StepResult } from './runner.js';

/** Runs the committed bundle as a runner would, against an emulated ESA, and shows what it said and what it did. */
const dist = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(dirname(dist), '.demo');
/** The edge draws versions by chance; by this seed it shows the same each time. */
const EDGE_SEED = 1;
/** Of a terminal, in characters. */
const WIDTH = 80;
const showsAll = process.argv.includes('--log');

interface Scene {
  readonly title: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly fault?: Fault;
  /** A version is uploaded before it that fails some of its requests. */
  readonly breaks?: string;
}

void main();

async function main(): Promise<void> {
  await using emulator = await startEmulator({ edgeSeed: EDGE_SEED });
  say('An emulated ESA, and the action as a runner would start it. Nothing leaves this machine.');
  say('Routine "hello": v1 serves all requests; v2 and v3 were uploaded since.');
  if (!showsAll) say('Their numbers, of 19 digits, are shown as v1, v2 and v3.');
  const summaries = [];
  const all = scenes(emulator.edge);
  let last: StepResult | undefined;
  for (const [index, scene] of all.entries()) {
    say('', `━━ ${index + 1} of ${all.length}: ${scene.title}`);
    last = await play(scene, emulator);
    summaries.push(last.summary);
  }
  mkdirSync(folder, { recursive: true });
  const markdown = summaries.join('\n---\n\n');
  writeFileSync(join(folder, 'summary.md'), markdown);
  writeFileSync(join(folder, 'summary.html'), summaryPage('Job summary of the demo', markdown));
  say('', `The job summaries that GitHub would show: ${relative(process.cwd(), join(folder, 'summary.html'))}`);
  if (!showsAll) say('With every line of the log: npm run demo -- --log');
  if (last !== undefined) await conclude(emulator, last);
}

function scenes(edge: string): readonly Scene[] {
  const watched = {
    'gate-url': `${edge}/production/hello/`,
    'gate-version-header': 'x-code-version',
    'gate-interval': '1s',
  };
  return [
    { title: 'the first step with a routine of your own, a dry run', inputs: { 'dry-run': 'true' } },
    {
      title: '10 % of requests to the newest version; the network loses the answer',
      inputs: { versions: 'latest=10, stable' },
      fault: { operation: 'CreateRoutineCodeDeployment', effect: { kind: 'lost' } },
    },
    {
      title: 'the rest of its way, by steps that a gate watches',
      inputs: { canary: 'canary', steps: '10% for 2s, 50% for 2s, 100%', ...watched },
    },
    {
      title: 'the same with v4, which fails some of its requests',
      inputs: { canary: 'latest', steps: '5% for 2s, 50% for 6s, 100%', ...watched },
      breaks: 'v4: greet in Klingon',
    },
  ];
}

async function play(scene: Scene, emulator: Emulator): Promise<StepResult> {
  const [key] = emulator.world.credentials;
  if (scene.fault !== undefined) emulator.script(scene.fault);
  if (scene.breaks !== undefined)
    addVersion(emulator.world, 'hello', { description: scene.breaks, misbehaviour: { failureShare: 1 / 7 } });
  const inputs = { routine: 'hello', env: 'production', ...scene.inputs };
  for (const [name, value] of Object.entries(inputs)) say(`   ${name}: ${value}`);
  const result = await runStep({
    entry: join(dist, 'main.cjs'),
    inputs: {
      ...inputs,
      endpoint: emulator.api,
      'access-key-id': key?.accessKeyId ?? '',
      'access-key-secret': key?.accessKeySecret ?? '',
    },
    onLine: (line) => {
      if (isShown(line)) for (const part of folded(showsAll ? line : named(line, emulator))) say(part);
    },
  });
  say(`   exit ${result.exitCode}, outcome ${result.outputs['outcome']}`);
  say(`   100 requests to the edge: ${answersText(await askEdge(emulator), emulator)}`);
  return result;
}

/** Each call, each pause and each look at what is live. */
const DETAIL =
  /^(?:\w+(?: \(attempt \d+\))?: \S+ in \d|Waiting |Live now|Accepted: |Credentials: |\d+ of \d+ requests failed)/;

function isShown(line: string): boolean {
  if (line.trim() === '' || /^::(?:add-mask|debug|group|endgroup)/.test(line)) return false;
  return showsAll || !DETAIL.test(line);
}

/** As somebody sees it who reads an annotation: without the runner's words, and no line longer than a terminal. */
function folded(line: string): readonly string[] {
  const [, kind, title = '', text] = /^::(error|warning|notice)(?: title=([^:]*))?::(.*)$/.exec(line) ?? [];
  const read = (words: string) => words.replaceAll('%3A', ':').replaceAll('%0A', ' ').replaceAll('%25', '%');
  const told = text === undefined ? line : `${kind}: ${title === '' ? '' : `${read(title)}: `}${read(text)}`;
  const [, indent = '', words = ''] = /^(\s*)(.*)$/.exec(told) ?? [];
  // What stands in columns stays so.
  const parts = words.includes('  ') ? [words] : wrapped(words, WIDTH - 5 - indent.length, '  ');
  return parts.map((part) => `   │ ${indent}${part}`);
}

/** What the last run did, as the service and the edge have it: a picture, and three sentences. */
async function conclude(emulator: Emulator, { outputs }: StepResult): Promise<void> {
  const history = emulator.world.routines['hello']?.environments.production.history ?? [];
  const [canary = '', stable = ''] = [outputs['canary'], outputs['stable']];
  const weights = lastRollout(weightsOf(history, canary));
  const ending = outputs['outcome'] ?? '';
  say('', ...picture(`What ${nameOf(canary, emulator)} got of production's requests:`, weights, ending), '');
  const seen = countsIn(outputs['timeline'] ?? '[]');
  const [bad, good] = [nameOf(canary, emulator), nameOf(stable, emulator)];
  const { highest, lasted } = exposure(weights);
  const now = answersText(await askEdge(emulator), emulator);
  say(
    `${bad} failed ${seen.canary} requests of the gate, ${good} ${seen.stable}: ${ending}.`,
    `It had ${highest} % at most, for ${timeText(lasted)}; now ${now}: nothing is left to do.`,
    'Next, a workflow: npm run try -- examples/build-and-rollout.yml --break latest',
  );
}

interface Seen {
  readonly good: number;
  readonly bad: number;
}

/** `3 of 11`: of all that the gate asked. */
function countsIn(timeline: string): { readonly canary: string; readonly stable: string } {
  const events = JSON.parse(timeline) as readonly { readonly measurement?: { canary: Seen; stable?: Seen } }[];
  const checks = events.flatMap(({ measurement }) => (measurement === undefined ? [] : [measurement]));
  const sum = (counts: readonly (Seen | undefined)[]) => {
    const bad = counts.reduce((total, one) => total + (one?.bad ?? 0), 0);
    return `${bad} of ${counts.reduce((total, one) => total + (one?.good ?? 0), bad)}`;
  };
  return { canary: sum(checks.map(({ canary }) => canary)), stable: sum(checks.map(({ stable }) => stable)) };
}

/** `v3`, the first word of its description. */
function nameOf(version: string, { world }: Emulator): string {
  const known = world.routines['hello']?.versions.find(({ codeVersion }) => codeVersion === version);
  return known?.description.split(':')[0] ?? version;
}

function named(text: string, emulator: Emulator): string {
  return text.replace(/[0-9]{19}/g, (number) => nameOf(number, emulator));
}

function answersText(answers: ReadonlyMap<string, number>, emulator: Emulator): string {
  const counts = [...answers].map(([version, count]) => [nameOf(version, emulator), count] as const);
  return counts.map(([name, count]) => `${name} answers ${count === 100 ? 'all' : count}`).join(', ');
}

/** Which versions answer 100 requests, asked of the edge itself. */
async function askEdge({ edge }: Emulator): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let sent = 0; sent < 100; sent += 1) {
    const version = await answeredBy(`${edge}/production/hello/`);
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return counts;
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

function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
