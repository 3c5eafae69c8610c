import { regionEndpoint } from './esa/endpoint.js';
import type { Endpoint, Keys } from './esa/transport.js';
import type { HttpGate } from './gates/http.js';
import { readBoolean, schema } from './input-schema.js';
import type { Gate, Wish } from './rollout/model.js';
import { readSteps } from './rollout/steps.js';

/** The inputs of action.yml, as the runner hands them over: text, empty where not given. */
export const INPUTS = [
  'routine',
  'env',
  'versions',
  'canary',
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
  'region',
  'endpoint',
  'api-timeout',
] as const;

export const SECRET_INPUTS = ['access-key-id', 'access-key-secret', 'security-token'] as const;

export type RawInputs = Readonly<Record<(typeof INPUTS)[number], string>>;

/** How the gate of a rollout measures; the core knows only how it judges. */
export interface Sources {
  readonly http: HttpGate | undefined;
  readonly command: string | undefined;
}

export interface Request {
  readonly wish: Wish;
  readonly sources: Sources;
  readonly keys: Keys;
  readonly endpoint: Endpoint;
  readonly region: string;
  /** In ms. */
  readonly apiTimeout: number;
}

/** What is wrong with one input: its name, and a sentence with what was given and what is allowed. */
export interface Mistake {
  readonly input: string;
  readonly message: string;
}

export type Read =
  | { readonly ok: true; readonly value: Request }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Strings to a request, or every mistake that they hold. */
export function readInputs(raw: RawInputs): Read {
  const result = schema.safeParse(raw);
  const together = [...modeMistakes(raw), ...gateMistakes(raw), ...keyMistakes(raw)];
  if (!result.success || together.length > 0) {
    const single = (result.error?.issues ?? []).map(({ path, message }) => ({ input: String(path[0]), message }));
    return { ok: false, mistakes: [...single, ...together].sort(byInput) };
  }
  const read = result.data;
  const sources = sourcesOf(read);
  return {
    ok: true,
    value: {
      wish: {
        routine: read.routine,
        env: read.env,
        goal: goalOf(read, sources),
        expectDeploymentId: read['expect-deployment-id'],
        dryRun: read['dry-run'],
      },
      sources,
      keys: {
        accessKeyId: read['access-key-id'] ?? '',
        accessKeySecret: read['access-key-secret'] ?? '',
        securityToken: read['security-token'],
      },
      endpoint: read.endpoint ?? regionEndpoint(read.region),
      region: read.region,
      apiTimeout: read['api-timeout'],
    },
  };
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

function keyMistakes(raw: RawInputs): Mistake[] {
  const [id, key, token] = [raw['access-key-id'], raw['access-key-secret'], raw['security-token']];
  const half = 'nothing is given, but another part of the key is; the parts belong together';
  const none = "nothing is given; a RAM user's or a session's key is needed to sign requests";
  const mistakes: Mistake[] = [];
  if (id === '') mistakes.push({ input: 'access-key-id', message: key === '' && token === '' ? none : half });
  if (key === '') mistakes.push({ input: 'access-key-secret', message: id === '' && token === '' ? none : half });
  return mistakes;
}

function byInput(one: Mistake, other: Mistake): number {
  const rank = ({ input: name }: Mistake) => (INPUTS as readonly string[]).indexOf(name);
  return rank(one) - rank(other);
}
