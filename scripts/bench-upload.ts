import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { privateCa } from '../__tests__/support/network/private-ca.js';
import { type Emulator, startEmulator } from '../emulator/emulator.js';
import { defaultCredential } from '../emulator/world.js';
import { runStep } from './runner.js';

/**
 * From a bundle of 1 MB to a version that is live: this action beside `esa-cli deploy` 1.0.3, each a whole command against
 * the same emulator over TLS, in turns; and the most memory that 200 MB of assets take. esa-cli is installed for this, or
 * found by ESA_CLI; where neither can be, it is left out with a word.
 */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const MEGABYTE = 1024 * 1024;
const MOST_MEMORY = 150;
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'bench-upload-'));

/** No two rounds upload the same, so that nothing is reused. */
function bundleOf(bytes: number): string {
  const text = randomBytes(bytes / 2).toString('hex');
  return `const data = "${text}";\nexport default { fetch: () => new Response(data) };\n`;
}

/** Throws where what was uploaded is not live alone, in production. */
function mustBeLive({ world }: Emulator, who: string, said: string): void {
  const routine = world.routines['hello'];
  const shares = routine?.environments.production.current?.codeVersions ?? [];
  const isNewest = shares.length === 1 && shares[0]?.codeVersion === routine?.versions.at(-1)?.codeVersion;
  if (!isNewest || routine?.versions.length !== 4) throw new Error(`${who} did not deploy what it uploaded:\n${said}`);
}

/** In ms. Each has an emulator of its own, which forgets what came before. */
async function timed(
  who: string,
  command: (emulator: Emulator, work: string) => Promise<string>,
  tls: { readonly cert: string; readonly key: string },
): Promise<number> {
  await using emulator = await startEmulator({ tls });
  const work = mkdtempSync(join(folder, 'work-'));
  writeFileSync(join(work, 'index.js'), bundleOf(MEGABYTE));
  const started = performance.now();
  const said = await command(emulator, work);
  const took = performance.now() - started;
  mustBeLive(emulator, who, said);
  return took;
}

const inputs = ({ api }: Emulator) => ({
  routine: 'hello',
  env: 'production',
  endpoint: api.replace('127.0.0.1', 'localhost'),
  'access-key-id': defaultCredential.accessKeyId,
  'access-key-secret': defaultCredential.accessKeySecret,
});

async function byAction(emulator: Emulator, work: string, ca: string): Promise<string> {
  const result = await runStep({
    entry: join(root, 'dist/main.cjs'),
    env: { GITHUB_WORKSPACE: work, RUNNER_TEMP: work, NODE_EXTRA_CA_CERTS: ca },
    inputs: { ...inputs(emulator), code: 'index.js', canary: 'uploaded' },
  });
  return result.log;
}

/** Where esa-cli is, and how long it took to install from a cold cache, in ms; undefined where it cannot be. */
function findCli(): { readonly path: string; readonly installing: number | undefined } | undefined {
  const given = process.env['ESA_CLI'];
  if (given !== undefined) return { path: given, installing: undefined };
  const started = performance.now();
  const home = join(folder, 'cli');
  mkdirSync(home);
  const options = ['--prefix', home, '--cache', join(folder, 'cache'), '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['install', ...options, 'esa-cli@1.0.3'], { stdio: 'ignore', timeout: 600_000 });
  if (status !== 0) return undefined;
  return { path: join(home, 'node_modules/esa-cli'), installing: performance.now() - started };
}

async function byCli(emulator: Emulator, work: string, ca: string): Promise<string> {
  // It is read when the module is loaded.
  const { esaCli } = await import('../__tests__/support/emulator/esa-cli.js');
  const host = `localhost:${new URL(emulator.api).port}`;
  const args = ['deploy', 'index.js', '-n', 'hello', '-e', 'production', '--no-bundle'];
  const { output } = await esaCli(args, { host, ca, folder: work });
  return output;
}

const median = (values: readonly number[]) => [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

async function compare(): Promise<void> {
  using ca = privateCa('localhost');
  const cli = findCli();
  if (cli !== undefined) process.env['ESA_CLI'] = cli.path;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await timed('the action', (emulator, work) => byAction(emulator, work, ca.file), ca.tls));
    if (cli !== undefined)
      theirs.push(await timed('esa-cli', (emulator, work) => byCli(emulator, work, ca.file), ca.tls));
  }
  process.stdout.write(`1 MB, from start to deployed, by code and canary: ${seconds(median(ours))}\n`);
  if (cli === undefined) {
    process.stdout.write('esa-cli 1.0.3 cannot be installed here: nothing to compare with\n');
    return;
  }
  const ratio = median(ours.map((took, index) => took / (theirs[index] ?? took)));
  process.stdout.write(`  by esa-cli deploy, installed: ${seconds(median(theirs))}; ratio ${ratio.toFixed(2)}\n`);
  if (cli.installing === undefined) return;
  const cold = median(theirs) + cli.installing;
  process.stdout.write(`  from a cold cache: ${seconds(cold)}; ratio ${(median(ours) / cold).toFixed(3)}\n`);
}

/** In MiB, of a step that uploads 200 MB of assets. */
async function peakOf200(): Promise<number> {
  await using emulator = await startEmulator();
  const work = mkdtempSync(join(folder, 'assets-'));
  mkdirSync(join(work, 'site'));
  for (let index = 0; index < 10; index += 1)
    writeFileSync(join(work, 'site', `asset-${index}.bin`), randomBytes(20 * MEGABYTE));
  const hook = join(work, 'hook.cjs');
  const told = join(work, 'peak');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(told)}, String(process.resourceUsage().maxRSS / 1024)));`,
  );
  const result = await runStep({
    entry: join(root, 'dist/main.cjs'),
    env: { GITHUB_WORKSPACE: work, RUNNER_TEMP: work, NODE_OPTIONS: `--require ${hook}` },
    inputs: { ...inputs(emulator), endpoint: emulator.api, code: 'site' },
  });
  if (result.outputs['outcome'] !== 'uploaded') throw new Error(result.log);
  return Number(readFileSync(told, 'utf8'));
}

try {
  const version = execFileSync(process.execPath, ['--version'], { encoding: 'utf8' }).trim();
  process.stdout.write(`Uploads, Node ${version}, medians of ${ROUNDS}:\n`);
  await compare();
  const peak = await peakOf200();
  process.stdout.write(`200 MB of assets, the most memory: ${peak.toFixed(0)} MiB (must be below ${MOST_MEMORY})\n`);
  if (peak >= MOST_MEMORY) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
