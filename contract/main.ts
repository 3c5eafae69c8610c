import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as timer } from 'node:timers/promises';
import { logReader } from '../src/alibaba/log-service.js';
import { openCredentials } from '../src/credentials/credentials.js';
import type { Credentials } from '../src/credentials/renewal.js';
import { environmentSecrets, findSource, sessionName } from '../src/credentials/source.js';
import { adviseOnLogs } from '../src/gates/logs-advice.js';
import { idToken } from '../src/github/id-token.js';
import { completeProxies, proxySecrets } from '../src/network/proxy.js';
import { oneLine } from '../src/rollout/escape.js';
import { type Secrets, secretKeeper } from '../src/secrets/secrets.js';
import { urlSecrets } from '../src/secrets/url-secrets.js';
import type { ReadLogs } from './bench.js';
import { type Conducted, conduct } from './conduct.js';
import { consent } from './consent.js';
import { takeLock } from './lock.js';
import { HELP, type Options, readOptions } from './options.js';
import { tryPlace } from './place.js';
import { jsonOf, markdownOf, reportOf } from './report.js';
import { scrubber } from './scrub.js';
import { orNotWritten, Stopped, stoppedText } from './stopped.js';
import type { Surroundings } from './surroundings.js';

/** One request, in ms. */
const TIMEOUT = 15_000;
const HOUR = 3_600_000;

/** Codes of exit; HELP names them. */
const [DONE, STOPPED, WRONG_ARGUMENTS, NOT_AGREED] = [0, 1, 2, 3];

async function main(args: readonly string[]): Promise<number> {
  const read = readOptions(args);
  if (!read.ok) {
    process.stderr.write(`${read.error.join('\n')}\n\n${HELP}`);
    return WRONG_ARGUMENTS;
  }
  if (read.value === 'help') {
    process.stdout.write(HELP);
    return DONE;
  }
  const secrets = keepSecrets();
  // Once nobody reads any more, as behind `head`, what was live has to be put back all the same.
  process.stdout.on('error', () => {});
  const say = (line: string) => process.stdout.write(`${oneLine(secrets.redact(line), 4_000)}\n`);
  try {
    return await run(read.value, secrets, say);
  } catch (error) {
    say(stoppedText(error));
    return STOPPED;
  }
}

/** In a workflow the runner masks them too. */
function keepSecrets(): Secrets {
  const { env } = process;
  const secrets = secretKeeper((form) => {
    if (env['GITHUB_ACTIONS'] === 'true')
      process.stdout.write(`::add-mask::${form.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')}\n`);
  });
  secrets.keep(...environmentSecrets(env), ...proxySecrets(env), env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '');
  secrets.keep(...urlSecrets(env['ALIBABA_CLOUD_CREDENTIALS_URI'] ?? ''));
  completeProxies(env);
  // As in the action: nobody who signs can want any certificate to do.
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') delete env['NODE_TLS_REJECT_UNAUTHORIZED'];
  return secrets;
}

/** Where it stands is told before anything is asked, and the lock is there before what a run before has left is read. */
async function run(options: Options, secrets: Secrets, say: (line: string) => void): Promise<number> {
  if (!options.restore)
    orNotWritten(options.out, '--out', () => {
      for (const file of reportFiles(options)) tryPlace(file);
    });
  orNotWritten(options.state, '--state', () => tryPlace(options.state));
  const lock = takeLock(options.state);
  const interrupted = interruption(options, say);
  try {
    return await runAlone(options, { secrets, say, interrupted });
  } finally {
    lock.release();
  }
}

async function runAlone(
  options: Options,
  { secrets, say, interrupted }: Pick<Surroundings, 'secrets' | 'say' | 'interrupted'>,
): Promise<number> {
  const credentials = credentialsOf(options, { secrets, say, interrupted });
  const surroundings: Surroundings = {
    clock: { now: Date.now, sleep: (ms) => timer(ms) },
    say,
    consent: () => consent(options, interrupted, say),
    interrupted,
    secrets,
    keys: credentials.keys,
    destination: { endpoint: options.endpoint, timeout: TIMEOUT, hurry: interrupted },
    readLogs: logsOf(options, credentials, { secrets, interrupted }),
  };
  try {
    const conducted = await conduct(options, surroundings);
    write(options, conducted, secrets, say);
    if (!conducted.agreed) return NOT_AGREED;
    return conducted.restored && conducted.complete ? DONE : STOPPED;
  } finally {
    credentials.close();
  }
}

/** The first ends the checks; what was live is put back whatever comes after it. */
function interruption({ state }: Options, say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      // It is there from before the first write until all is put back.
      const rest = existsSync(state) ? 'what was changed is put back first.' : 'nothing has been changed.';
      if (!controller.signal.aborted) say(`Interrupted: ${rest}`);
      controller.abort();
    });
  return controller.signal;
}

/** The same chain as the action's; keys have no option, since arguments can be seen by others. */
function credentialsOf(
  { role, stsEndpoint }: Options,
  { secrets, say, interrupted }: Pick<Surroundings, 'secrets' | 'say' | 'interrupted'>,
): Credentials {
  const { env } = process;
  const session = { audience: 'sts.aliyuncs.com', sessionName: sessionName(env), duration: HOUR };
  const found = findSource(role, env, session);
  if (!found.ok) {
    const { missing, malformed } = found.error;
    const names = [...missing.map(({ name }) => name), ...malformed].join(', ');
    throw new Stopped(
      `The credentials are not whole: ${names}.`,
      'docs/credentials.md has a table of where credentials may come from.',
    );
  }
  const sts = { endpoint: stsEndpoint, timeout: TIMEOUT, hurry: interrupted };
  return openCredentials(found.value, { idToken, sts, append: () => {}, now: Date.now, say, secrets });
}

/** Logs may come late: what is asked for are those of the last quarter of an hour. */
function logsOf(
  { logs, logsEndpoint, routine }: Options,
  { keys, invalidate }: Credentials,
  { secrets: { redact }, interrupted }: Pick<Surroundings, 'secrets' | 'interrupted'>,
): ReadLogs {
  const { project = '', logstore = '' } = logs ?? {};
  const { host } = logsEndpoint;
  const advise = (code: string, message: string) => adviseOnLogs({ project, logstore, host }, code, message);
  const destination = { endpoint: logsEndpoint, timeout: TIMEOUT, hurry: interrupted };
  const readRows = logReader(destination, { append: () => {}, now: Date.now, keys, invalidate, redact, advise });
  return async () => {
    const to = Math.floor(Date.now() / 1_000);
    const query = { project, logstore, from: to - 15 * 60, to, query: `RoutineName: "${routine}"` };
    const answer = await readRows(query, { attempt: 1, retryPolicy: () => undefined });
    if (answer.ok) return answer.value;
    const { code, message } = answer.error.fault;
    return `GetLogs failed: ${code}: ${message}`;
  };
}

const reportFiles = ({ out }: Options) =>
  ['contract-report.md', 'contract-report.json'].map((name) => join(out, name)) as [string, string];

function write(
  options: Options,
  { findings, names }: Conducted,
  { redact }: Secrets,
  say: (line: string) => void,
): void {
  if (findings === undefined) return;
  const { env, region, out } = options;
  const [markdown, json] = reportFiles(options);
  const report = reportOf(findings, { now: Date.now(), env, region }, scrubber(names, redact));
  orNotWritten(out, '--out', () => {
    writeFileSync(markdown, markdownOf(report));
    writeFileSync(json, jsonOf(report));
  });
  say(`The report is in ${markdown} and .json: without names, ids and secrets. Look through it before you post it.`);
}

async function start(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

void start();
