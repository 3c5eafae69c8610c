import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Emulator, type EmulatorOptions, type Quirks, startEmulator, type World } from './emulator.js';
import { readFacts } from './facts.js';
import { checkOutage } from './misbehaviour.js';

const help = `Usage: npm run emulator -- [options]

  --port N          port of the API (default: any free one)
  --edge-port N     port of the edge (default: any free one)
  --tls-cert FILE   PEM certificate; with --tls-key the API speaks HTTPS
  --tls-key FILE    PEM private key
  --state FILE      load the world from FILE if it exists, save it there after each change
  --facts FILE      answer as a report of npm run contract found the service to answer
  --rate N          requests per second that the account may send (default: no limit)
  --edge-seed N     whole number by which the edge draws versions and failures (default: at random)
  --fail WHO=N%     that share of WHO's requests is answered with HTTP 500; may be given again
  --cut WHO=N%      that share of WHO's connections is reset once the request was received; likewise
  --commit N=SHA    version N was built by ESA from that commit; may be given again
  --help            this text

N is a version by its place in versions, 1 the oldest. WHO is such a version, or site for all of them.
The first line on stdout is JSON: api, edge, edgeSeed, accessKeyId, accessKeySecret, routine, versions (oldest first).
`;

const known = {
  port: { type: 'string' },
  'edge-port': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  state: { type: 'string' },
  facts: { type: 'string' },
  rate: { type: 'string' },
  'edge-seed': { type: 'string' },
  fail: { type: 'string', multiple: true },
  cut: { type: 'string', multiple: true },
  commit: { type: 'string', multiple: true },
  help: { type: 'boolean' },
} as const;

type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] }
  | {
      readonly kind: 'run';
      readonly facts: Partial<Quirks>;
      readonly rate: number | undefined;
      readonly misbehaving: readonly Misbehaving[];
      readonly commits: readonly Built[];
      readonly options: EmulatorOptions;
    };

/** What `--fail` or `--cut` asks for. */
interface Misbehaving {
  readonly option: '--fail' | '--cut';
  /** The place of a version, 1 the oldest. */
  readonly who: number | 'site';
  readonly share: number;
}

/** What `--commit` says of a version. */
interface Built {
  /** The place of the version, 1 the oldest. */
  readonly place: number;
  readonly commit: string;
}

/** Reads the arguments: what to run with, or every mistake at once. */
function readArguments(args: readonly string[]): Arguments {
  // Not strict: strict stops at the first mistake.
  const { values, tokens } = parseArgs({
    args: [...args],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const mistakes: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`unexpected argument: ${token.value}`);
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(known, token.name)) mistakes.push(`unknown option: ${token.rawName}`);
    else if (token.name !== 'help' && !token.value) mistakes.push(`${token.rawName} needs a value`);
    else if (token.name === 'help' && token.value !== undefined) mistakes.push('--help takes no value');
  }
  const text = (name: keyof typeof known) => (typeof values[name] === 'string' ? values[name] : undefined);
  const port = readPort('--port', text('port'), mistakes);
  const edgePort = readPort('--edge-port', text('edge-port'), mistakes);
  const facts = factsIn(text('facts'), mistakes);
  const rate = readRate(text('rate'), mistakes);
  const edgeSeed = readSeed(text('edge-seed'), mistakes);
  const misbehaving = [
    ...readMisbehaving('--fail', values.fail, mistakes),
    ...readMisbehaving('--cut', values.cut, mistakes),
  ];
  const commits = readCommits(values.commit, mistakes);
  const cert = readPem('--tls-cert', text('tls-cert'), mistakes);
  const key = readPem('--tls-key', text('tls-key'), mistakes);
  if ((values['tls-cert'] === undefined) !== (values['tls-key'] === undefined)) {
    mistakes.push('--tls-cert and --tls-key go together');
  }
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  if (values.help === true) return { kind: 'help' };
  const stateFile = text('state');
  const options = {
    port,
    edgePort,
    ...(cert !== undefined && key !== undefined && { tls: { cert, key } }),
    ...(stateFile !== undefined && { stateFile }),
    ...(edgeSeed !== undefined && { edgeSeed }),
  };
  return { kind: 'run', facts, rate, misbehaving, commits, options };
}

function readPort(option: string, text: string | undefined, mistakes: string[]): number {
  if (!text) return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  mistakes.push(`${option} is ${text}: a port is 0 to 65535`);
  return 0;
}

function factsIn(file: string | undefined, mistakes: string[]): Partial<Quirks> {
  if (!file) return {};
  try {
    return readFacts(file);
  } catch (error) {
    mistakes.push(messageOf(error));
    return {};
  }
}

function readRate(text: string | undefined, mistakes: string[]): number | undefined {
  if (!text) return undefined;
  if (/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) return Number(text);
  mistakes.push(`--rate is ${text}: a rate is a number of requests per second, 0 for no limit`);
  return undefined;
}

function readSeed(text: string | undefined, mistakes: string[]): number | undefined {
  if (!text) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  mistakes.push(`--edge-seed is ${text}: a seed is a whole number of up to 15 digits`);
  return undefined;
}

function readMisbehaving(option: Misbehaving['option'], given: unknown, mistakes: string[]): Misbehaving[] {
  return textsIn(given).flatMap((text) => {
    const [, who, percent] = /^(site|[1-9]\d{0,3})=(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text) ?? [];
    if (who !== undefined && Number(percent) <= 100) {
      return { option, who: who === 'site' ? who : Number(who), share: Number(percent) / 100 };
    }
    mistakes.push(`${option} is ${text}: it is written as 2=20% or site=20%`);
    return [];
  });
}

function readCommits(given: unknown, mistakes: string[]): Built[] {
  return textsIn(given).flatMap((text) => {
    const [, place, commit] = /^([1-9]\d{0,3})=([0-9a-f]{7,64})$/i.exec(text) ?? [];
    if (place !== undefined && commit !== undefined) return { place: Number(place), commit };
    mistakes.push(`--commit is ${text}: it is written as 2=4f2a91c, with 7 to 64 hexadecimal digits`);
    return [];
  });
}

/** Of an option that may be given again. */
function textsIn(given: unknown): string[] {
  return Array.isArray(given) ? given.filter((text) => typeof text === 'string') : [];
}

function readPem(option: string, file: string | undefined, mistakes: string[]): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    mistakes.push(`${option} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

/** What a caller needs to use the emulator: the first routine with its versions, and the first credential. */
function firstLine({ api, edge, edgeSeed, world }: Emulator): string {
  const [routine, found] = Object.entries(world.routines)[0] ?? [];
  const { accessKeyId, accessKeySecret } = world.credentials[0] ?? {};
  const versions = found?.versions.map(({ codeVersion }) => codeVersion) ?? [];
  return JSON.stringify({ api, edge, edgeSeed, accessKeyId, accessKeySecret, routine, versions });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a build from GitHub says of itself. Throws an Error where there is no such version. */
function build(world: World, { place, commit }: Built): void {
  const versions = Object.values(world.routines)[0]?.versions ?? [];
  const version = versions[place - 1];
  if (version === undefined) throw new Error(`--commit is for version ${place}, and there are ${versions.length}`);
  version.extraInfo = JSON.stringify({ Source: 'Github', Branch: 'main', CommitId: commit });
}

/** Throws an Error where there is no such version, or where its shares are more than 100 % together. */
function misbehave(world: World, { option, who, share }: Misbehaving): void {
  const asked = option === '--fail' ? { failureShare: share } : { cutShare: share };
  const versions = Object.values(world.routines)[0]?.versions ?? [];
  const version = who === 'site' ? undefined : versions[who - 1];
  if (who !== 'site' && version === undefined) {
    throw new Error(`${option} is for version ${who}, and there are ${versions.length}`);
  }
  const misbehaviour = { ...(version === undefined ? world.outages[0] : version.misbehaviour), ...asked };
  checkOutage(misbehaviour, `${option} ${who}`);
  if (version === undefined) world.outages = [misbehaviour];
  else version.misbehaviour = misbehaviour;
}

async function run({ options, facts, rate, misbehaving, commits }: Extract<Arguments, { kind: 'run' }>): Promise<void> {
  const emulator = await startEmulator(options);
  try {
    for (const one of misbehaving) misbehave(emulator.world, one);
    for (const one of commits) build(emulator.world, one);
  } catch (error) {
    await emulator.close();
    throw error;
  }
  Object.assign(emulator.world.quirks, facts);
  if (rate !== undefined) emulator.world.quirks.requestsPerSecond = rate;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
  process.stdout.write(`${firstLine(emulator)}\n`);
}

const asked = readArguments(process.argv.slice(2));
if (asked.kind === 'help') process.stdout.write(help);
if (asked.kind === 'mistakes') {
  process.stderr.write(`${asked.mistakes.join('\n')}\n\n${help}`);
  process.exitCode = 2;
}
if (asked.kind === 'run') {
  run(asked).catch((error: unknown) => {
    const { code, port } = error as { code?: string; port?: number };
    process.stderr.write(`${code === 'EADDRINUSE' ? `port ${port} is in use` : messageOf(error)}\n`);
    process.exitCode = 1;
  });
}
