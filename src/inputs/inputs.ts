import type { Endpoint } from '../alibaba/call.js';
import { regionEndpoint, regionStsEndpoint } from '../alibaba/endpoint.js';
import { type CredentialSource, type Found, findSource, sessionName } from '../credentials/source.js';
import type { HttpGate } from '../gates/http.js';
import { ID_TOKEN_VARIABLES, PERMISSION } from '../github/permission.js';
import { brokenProxies } from '../network/proxy.js';
import type { Gate, Wish } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import { readSteps } from '../rollout/steps.js';
import { readBoolean, schema } from './schema.js';

/** The inputs of action.yml, as the runner hands them over: text, empty where not given. */
export const INPUTS = [
  'routine',
  'env',
  'versions',
  'canary',
  'allow-older',
  'steps',
  'wait',
  'gate-url',
  'gate-expect',
  'gate-latency',
  'gate-version-header',
  'gate-success-rate',
  'gate-command',
  'gate-interval',
  'on-failure',
  'on-inconclusive',
  'on-cancel',
  'expect-deployment-id',
  'dry-run',
  'access-key-id',
  'access-key-secret',
  'security-token',
  'role-to-assume',
  'oidc-provider-arn',
  'audience',
  'role-session-name',
  'role-session-duration',
  'region',
  'endpoint',
  'sts-endpoint',
  'api-timeout',
] as const;

export const SECRET_INPUTS = ['access-key-id', 'access-key-secret', 'security-token'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

export type RawInputs = Readonly<Record<(typeof INPUTS)[number], string>>;

/** How the gate of a rollout measures; the core knows only how it judges. */
export interface Sources {
  readonly http: HttpGate | undefined;
  readonly command: string | undefined;
}

export interface Request {
  readonly wish: Wish;
  readonly sources: Sources;
  readonly credentials: CredentialSource;
  readonly endpoint: Endpoint;
  readonly stsEndpoint: Endpoint;
  readonly region: string;
  /** In ms. */
  readonly apiTimeout: number;
}

/** What is wrong with one input or variable of the environment: its name, what was given and what is allowed. */
export interface Mistake {
  readonly input: string;
  readonly message: string;
}

export type Read = Result<Request, readonly Mistake[]>;

/** Strings to a request, or every mistake that they hold. `environment` is looked at for credentials and proxies. */
export function readInputs(raw: RawInputs, environment: Environment): Read {
  const result = schema.safeParse(raw);
  const role = {
    audience: result.data?.audience ?? '',
    sessionName: result.data?.['role-session-name'] ?? sessionName(environment),
    duration: result.data?.['role-session-duration'] ?? 0,
  };
  const found = findSource(raw, environment, role);
  const together = [
    ...modeMistakes(raw),
    ...gateMistakes(raw),
    ...credentialMistakes(raw, found, environment),
    ...brokenProxies(environment).map(proxyMistake),
  ];
  if (!result.success || !found.ok || together.length > 0) {
    const single = (result.error?.issues ?? []).map(({ path, message }) => ({ input: String(path[0]), message }));
    return failed([...single, ...together].sort(byInput));
  }
  const read = result.data;
  const sources = sourcesOf(read);
  return succeeded({
    wish: {
      routine: read.routine,
      env: read.env,
      goal: goalOf(read, sources),
      expectDeploymentId: read['expect-deployment-id'],
      dryRun: read['dry-run'],
    },
    sources,
    credentials: found.value,
    endpoint: read.endpoint ?? regionEndpoint(read.region),
    stsEndpoint: read['sts-endpoint'] ?? regionStsEndpoint(read.region),
    region: read.region,
    apiTimeout: read['api-timeout'],
  });
}

type Fields = Extract<ReturnType<typeof schema.safeParse>, { success: true }>['data'];

function sourcesOf(read: Fields): Sources {
  const urls = read['gate-url'];
  const http = urls && {
    urls,
    expect: read['gate-expect'],
    latency: read['gate-latency'],
    versionHeader: read['gate-version-header'],
  };
  return { http, command: read['gate-command'] };
}

function goalOf(read: Fields, { http, command }: Sources): Wish['goal'] {
  if (read.versions !== undefined) return { kind: 'split', split: read.versions };
  if (read.canary === undefined) return { kind: 'report' };
  const gate: Gate = { successRate: read['gate-success-rate'], interval: read['gate-interval'] };
  return {
    kind: 'rollout',
    canary: read.canary,
    allowOlder: read['allow-older'],
    steps: read.steps,
    wait: read.wait,
    gate: http === undefined && command === undefined ? undefined : gate,
    onFailure: read['on-failure'],
    onInconclusive: read['on-inconclusive'],
    onCancel: read['on-cancel'],
  };
}

/** Rules between inputs are told along with the mistakes of each, so they look at the raw text alone. */
function modeMistakes(raw: RawInputs): Mistake[] {
  if (raw.versions !== '' && raw.canary !== '') {
    return [
      {
        input: 'canary',
        message: 'both `versions` and `canary` are given; allowed is one of them: a fixed split, or a rollout by steps',
      },
    ];
  }
  if (raw.versions !== '' || raw.canary !== '' || readBoolean(raw['dry-run']) === true) return [];
  const ways =
    '`versions` for a fixed split, `canary` for a rollout by steps, or neither with `dry-run: true` to see what is live';
  return [{ input: 'versions', message: `nothing is given; allowed is ${ways}` }];
}

function gateMistakes(raw: RawInputs): Mistake[] {
  const mistakes: Mistake[] = [];
  const gates = (['gate-url', 'gate-command'] as const).filter((name) => raw[name].trim() !== '');
  const read = readSteps(raw.steps === '' ? '100%' : raw.steps);
  const steps = read.ok ? read.value : [];
  for (const input of gates) {
    if (raw.canary === '' && raw.versions !== '')
      mistakes.push({
        input,
        message: 'a gate watches a rollout by `canary` and `steps`; a fixed split by `versions` is not watched',
      });
    else if (read.ok && steps.every((step) => step.bake === 0))
      mistakes.push({
        input,
        message: 'no step has a bake time, so nothing would be watched; write `steps` such as "5% for 5m, 100%"',
      });
  }
  for (const input of ['gate-latency', 'gate-version-header'] as const) {
    if (raw[input] !== '' && raw['gate-url'].trim() === '')
      mistakes.push({ input, message: 'it is for the answers of `gate-url`, which is not given' });
  }
  if (readBoolean(raw.wait) === false && steps.some((step) => step.weight === 100 && step.bake > 0)) {
    mistakes.push({
      input: 'steps',
      message:
        'with `wait: false` the step to 100 % cannot bake: nothing then remembers the stable that a rollback would restore; let the last bake be below 100 %',
    });
  }
  return mistakes;
}

/** A source of credentials that is given in part, and what is given for one that is not there. */
function credentialMistakes(raw: RawInputs, found: Found, environment: Environment): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const { name, given } of found.ok ? [] : found.error.missing) {
    const message = `nothing is given, but ${given.map((other) => `\`${other}\``).join(' and ')} is; they belong together`;
    mistakes.push({ input: name, message });
  }
  for (const name of found.ok ? [] : found.error.malformed) {
    const message = 'what is set holds a space, a line break or a character outside ASCII; set it anew';
    mistakes.push({ input: name, message });
  }
  if (raw['role-session-name'] !== '' && raw['role-to-assume'] === '')
    mistakes.push({ input: 'role-session-name', message: 'it is for `role-to-assume`, which is not given' });
  const asks = found.ok && found.value.kind === 'oidc';
  if (asks && ID_TOKEN_VARIABLES.some((name) => (environment[name] ?? '') === ''))
    mistakes.push({
      input: 'role-to-assume',
      message: `GitHub does not let this job have an id-token: ${PERMISSION}; pull requests of forks never get one`,
    });
  return mistakes;
}

function proxyMistake(name: string): Mistake {
  const message =
    'what is set is no proxy; allowed is `http://HOST:PORT`, with `USER:PASSWORD@` before HOST where needed';
  return { input: name, message };
}

function byInput(one: Mistake, other: Mistake): number {
  const rank = ({ input: name }: Mistake) => (INPUTS as readonly string[]).indexOf(name);
  return rank(one) - rank(other);
}

/** So many mistakes, of each input as many as of any other: ten thousand in one do not hide the one in another. */
export function someOfEach(mistakes: readonly Mistake[], most: number): readonly Mistake[] {
  const seen = new Map<string, number>();
  const ranked = mistakes.map((mistake) => {
    const rank = seen.get(mistake.input) ?? 0;
    seen.set(mistake.input, rank + 1);
    return { mistake, rank };
  });
  return ranked
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ mistake }) => mistake);
}
