import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deploy, type Emulator, startEmulator } from '../emulator/emulator.js';
import { SUBJECT, type TokenService, tokenService } from '../emulator/token-service.js';

/**
 * Start-up and size of the bundle, on the Node that runs this script (npm puts Node 24 first). Everything is measured
 * in turns within one run and told as a ratio, for these machines are noisy: the median of each turn's own ratio. What
 * misses its target by far fails; times may take double, for a machine that does something else meanwhile.
 */
interface Target {
  readonly name: string;
  readonly target: number;
  readonly limit: number;
}
const TARGETS = {
  keys: { name: 'keys, to exit, over "node -e 0"', target: 3.2, limit: 6.4 },
  oidc: { name: 'OIDC, to exit, over "node -e 0"', target: 3.6, limit: 7.2 },
  idle: { name: 'post with nothing to do, over "node -e 0"', target: 1.1, limit: 2.2 },
  dist: { name: 'dist/ without dist/dev/, MB', target: 1.6, limit: 2 },
  archive: { name: 'archive that a runner downloads, MB', target: 0.45, limit: 0.45 },
} satisfies Record<string, Target>;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 21);
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));

interface Sample {
  /** From start to the first request's arrival, in ms; absent where nothing is sent. */
  readonly toRequest: number | undefined;
  readonly toExit: number;
  readonly peakMiB: number;
}

/** Signs with node:crypto and sends with node:https or node:http: the least that a deploy can cost. */
const REFERENCE = `
const crypto = require('node:crypto');
const https = require('node:https');
const http = require('node:http');
const url = new URL(process.env.INPUT_ENDPOINT);
const hex = (text) => crypto.createHash('sha256').update(text).digest('hex');
function call(action, body, done) {
  const headers = {
    host: url.host, 'x-acs-action': action, 'x-acs-version': '2024-09-10',
    'x-acs-date': new Date().toISOString().replace(/\\.\\d+/, ''), 'x-acs-signature-nonce': crypto.randomUUID(),
    'x-acs-content-sha256': hex(body), 'content-type': 'application/x-www-form-urlencoded',
  };
  const names = Object.keys(headers).sort();
  const canonical = ['POST', '/', '', names.map((name) => name + ':' + headers[name] + '\\n').join(''), names.join(';'), hex(body)].join('\\n');
  const signature = crypto.createHmac('sha256', process.env['INPUT_ACCESS-KEY-SECRET']).update('ACS3-HMAC-SHA256\\n' + hex(canonical)).digest('hex');
  headers.Authorization = 'ACS3-HMAC-SHA256 Credential=' + process.env['INPUT_ACCESS-KEY-ID'] + ',SignedHeaders=' + names.join(';') + ',Signature=' + signature;
  const request = (url.protocol === 'https:' ? https : http).request(url, { method: 'POST', headers }, (response) => {
    let text = '';
    response.on('data', (chunk) => { text += chunk; });
    response.on('end', () => { if (response.statusCode !== 200) throw new Error(text); done(JSON.parse(text)); });
  });
  request.end(body);
}
const versions = JSON.stringify(process.env.INPUT_VERSIONS.split(',').map((entry) => ({ CodeVersion: entry.split('=')[0], Percentage: Number(entry.split('=')[1]) })));
const write = new URLSearchParams({ Name: 'hello', Env: 'production', Strategy: 'percentage', CodeVersions: versions }).toString();
let reads = 2;
const next = () => { reads -= 1; if (reads === 0) call('CreateRoutineCodeDeployment', write, () => call('GetRoutine', 'Name=hello', () => {})); };
call('GetRoutine', 'Name=hello', next);
call('ListRoutineCodeVersions', 'Name=hello', next);
`;

/** Peak memory is told by the process itself at its end, into a file, so that no stream is in its way. */
const METER = `process.on('exit', () => require('node:fs').writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS)));`;

async function measure(args: readonly string[], emulator: Emulator, env: NodeJS.ProcessEnv): Promise<Sample> {
  const already = emulator.requests.length;
  const started = performance.now();
  const wallStarted = Date.now();
  const child = spawn(process.execPath, ['-r', join(folder, 'meter.cjs'), ...args], { env, stdio: 'ignore' });
  const code = await new Promise((done) => child.once('exit', done));
  const toExit = performance.now() - started;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
  const first = emulator.requests[already];
  return {
    toExit,
    toRequest: first === undefined ? undefined : first.at - wallStarted,
    peakMiB: Number(readFileSync(join(folder, 'peak'), 'utf8')) / 1024,
  };
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const ROLE = 'acs:ram::1234567890123456:role/esa-deployer';
const PROVIDER = 'acs:ram::1234567890123456:oidc-provider/github';

interface Program {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What is measured against what, by name. */
function programs(emulator: Emulator, github: TokenService, [v1, v2]: readonly string[]): Record<string, Program> {
  const [key] = emulator.world.credentials;
  const env = {
    BENCH_PEAK: join(folder, 'peak'),
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    INPUT_ROUTINE: 'hello',
    INPUT_ENV: 'production',
    INPUT_VERSIONS: `${v2}=10,${v1}=90`,
    INPUT_ENDPOINT: emulator.api,
  };
  const keys = {
    ...env,
    'INPUT_ACCESS-KEY-ID': key?.accessKeyId ?? '',
    'INPUT_ACCESS-KEY-SECRET': key?.accessKeySecret ?? '',
  };
  const oidc = {
    ...env,
    ...github.env,
    'INPUT_ROLE-TO-ASSUME': ROLE,
    'INPUT_OIDC-PROVIDER-ARN': PROVIDER,
    'INPUT_STS-ENDPOINT': emulator.api,
  };
  return {
    'node -e 0': { args: ['-e', '0'], env: keys },
    reference: { args: [join(folder, 'reference.cjs')], env: keys },
    keys: { args: [join(root, 'dist/main.cjs')], env: keys },
    OIDC: { args: [join(root, 'dist/main.cjs')], env: oidc },
    'post, idle': { args: [join(root, 'dist/post.cjs')], env: keys },
  };
}

async function main(): Promise<void> {
  await using emulator = await startEmulator();
  await using github = await tokenService();
  emulator.world.roles.push({ arn: ROLE, providerArn: PROVIDER, audience: 'sts.aliyuncs.com', subject: SUBJECT });
  const versions = emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  writeFileSync(join(folder, 'meter.cjs'), METER);
  writeFileSync(join(folder, 'reference.cjs'), REFERENCE);
  const samples: Record<string, Sample[]> = {};
  let calls = { requests: 0, connections: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, { args, env }] of Object.entries(programs(emulator, github, versions))) {
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[0] ?? '', percentage: 100 }]);
      for (const file of ['output', 'summary', 'peak']) writeFileSync(join(folder, file), '');
      const before = { requests: emulator.requests.length, connections: emulator.connections };
      samples[name] = [...(samples[name] ?? []), await measure(args, emulator, env)];
      if (name === 'keys')
        calls = {
          requests: emulator.requests.length - before.requests,
          connections: emulator.connections - before.connections,
        };
    }
  }
  print(samples, calls);
  judge(samples);
}

/** Says how each target is met, and fails the run where one is missed by far. */
function judge(samples: Readonly<Record<string, Sample[]>>): void {
  const base = samples['node -e 0'] ?? [];
  const overNode = (name: string) =>
    median((samples[name] ?? []).map(({ toExit }, round) => toExit / (base[round]?.toExit ?? Number.NaN)));
  const archive = execFileSync('git', ['archive', '--format=tar.gz', 'HEAD'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const found: Record<keyof typeof TARGETS, number> = {
    keys: overNode('keys'),
    oidc: overNode('OIDC'),
    idle: overNode('post, idle'),
    // What runs without an install on a desk is downloaded by no runner.
    dist: (bytes(join(root, 'dist')) - bytes(join(root, 'dist/dev'))) / 1e6,
    archive: archive.length / 1e6,
  };
  console.log();
  for (const [key, { name, target, limit }] of Object.entries(TARGETS)) {
    const value = found[key as keyof typeof TARGETS];
    const verdict = value <= target ? 'met' : value <= limit ? 'MISSED' : 'MISSED BY FAR';
    console.log(`${name}: ${value.toFixed(2)} (target ${target}, limit ${limit}): ${verdict}`);
    if (!(value <= limit)) process.exitCode = 1;
  }
}

function print(samples: Readonly<Record<string, Sample[]>>, calls: { requests: number; connections: number }): void {
  const base = samples['node -e 0'] ?? [];
  console.log(
    `Node ${process.version}, medians of ${ROUNDS} rounds; times as ratios to "node -e 0" of the same round\n`,
  );
  console.log('run            to first request   to exit   peak MiB');
  for (const [name, list] of Object.entries(samples)) {
    const ratio = (time: (sample: Sample) => number | undefined) => {
      const ratios = list.map((sample, round) => (time(sample) ?? Number.NaN) / (base[round]?.toExit ?? Number.NaN));
      return Number.isNaN(ratios[0]) ? '' : `${median(ratios).toFixed(2)} x`;
    };
    const peak = median(list.map((sample) => sample.peakMiB)).toFixed(1);
    console.log(
      `${name.padEnd(14)} ${ratio((sample) => sample.toRequest).padStart(16)} ${ratio((sample) => sample.toExit).padStart(9)} ${peak.padStart(10)}`,
    );
  }
  const [bundle, reference] = [samples['keys'] ?? [], samples['reference'] ?? []];
  const over = (time: (sample: Sample) => number) =>
    median(bundle.map((sample, round) => time(sample) / time(reference[round] ?? sample))).toFixed(2);
  console.log(
    `\nbundle over reference: ${over((sample) => sample.toRequest ?? 0)} x to the first request, ${over((sample) => sample.toExit)} x to exit, ${over((sample) => sample.peakMiB)} x memory`,
  );
  console.log(`requests per run: ${calls.requests}; connections: ${calls.connections}`);
  const [dev, used] = [bytes(join(root, 'dist/dev')), bytes(join(root, 'dist/action.cjs'))];
  console.log(
    `bytes of dist/: ${bytes(join(root, 'dist'))}; of it loaded by a plain deploy: ${used}; dist/dev/: ${dev}`,
  );
}

function bytes(path: string): number {
  return statSync(path).isFile()
    ? statSync(path).size
    : readdirSync(path).reduce((sum, name) => sum + bytes(join(path, name)), 0);
}

void main().finally(() => rmSync(folder, { recursive: true, force: true }));
