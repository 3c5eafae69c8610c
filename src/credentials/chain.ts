import { routeByProxy } from '../esa/route.js';
import type { Keys, Line } from '../esa/transport.js';
import { type Seen, watched } from '../network/watch.js';
import type { Answer } from '../rollout/model.js';
import type { Secrets } from '../secrets.js';
import type { Credentials } from './renewal.js';
import { type CredentialSource, REST_OF_CHAIN } from './source.js';

type Chain = Extract<CredentialSource, { kind: 'chain' | 'oidc-file' }>;

interface Client {
  readonly getCredential: () => Promise<{
    readonly accessKeyId?: string;
    readonly accessKeySecret?: string;
    readonly securityToken?: string;
    readonly providerName?: string;
  }>;
}

/** In ms; the chain asks several places, each with its own time-outs. */
const TIMEOUT = 30_000;

interface Tools {
  /** The way to STS. */
  readonly line: Line;
  readonly secrets: Secrets;
  /** Told once where the keys were found. */
  readonly say: (line: string) => void;
}

/**
 * Alibaba Cloud's default chain, or that part of it which was chosen, by its own library, which also renews what it
 * finds. It is loaded when it is first asked.
 */
export function byLibrary(source: Chain, { line, secrets, say }: Tools): Credentials {
  let client: Client | undefined;
  let told = '';
  return {
    from: source.from,
    now: async () => {
      client ??= await newClient(source, line);
      const { getCredential } = client;
      const limits = { connect: TIMEOUT, total: TIMEOUT, hurry: line.hurry };
      const result = await watched(limits, () => getCredential());
      const {
        accessKeyId = '',
        accessKeySecret = '',
        securityToken = '',
        providerName = '',
      } = result.ok ? result.value : {};
      secrets.keep(accessKeySecret, securityToken, accessKeyId);
      if (accessKeyId === '' || accessKeySecret === '') {
        // The library remembers the provider that it asked last, even one that had nothing.
        client = undefined;
        return notFound(source, told !== '', result.ok ? undefined : result.error, result.seen);
      }
      if (told !== providerName) say(`Credentials found by ${providerName.replace(/^default\//, '')}`);
      told = providerName;
      return { ok: true, value: { accessKeyId, accessKeySecret, securityToken: securityToken || undefined } };
    },
    drop: () => {
      client = undefined;
      return true;
    },
    close: () => {},
  };
}

async function newClient(source: Chain, { endpoint }: Line): Promise<Client> {
  // A GitHub-hosted runner is no ECS instance, and asking its metadata service would only wait.
  if (source.kind === 'chain' && !source.metadata) process.env['ALIBABA_CLOUD_ECS_METADATA_DISABLED'] = 'true';
  routeByProxy();
  const { default: library } = await import('@alicloud/credentials');
  const { default: Credential, Config } = library;
  if (source.kind === 'chain') return new Credential();
  const { roleArn, providerArn, path, sessionName } = source.file;
  const config = new Config({
    type: 'oidc_role_arn',
    roleArn,
    oidcProviderArn: providerArn,
    oidcTokenFilePath: path,
    roleSessionName: sessionName,
    stsEndpoint: endpoint.host,
  });
  return new Credential(config);
}

/** What may be told of a failure: error codes, their numbers, and statuses. */
const SAFE = /"Code"\s*:\s*"([A-Z][\w.]{2,80})"|\b(E[A-Z]{4,15})\b|\bstatus(?:Code)?: ?([1-5][0-9]{2})\b/gi;

/** The library's own message may hold the content of files and answers, keys included; only what is safe is taken. */
function notFound(source: Chain, hadWorked: boolean, error: unknown, seen: Seen): Answer<Keys> {
  const message = error instanceof Error ? error.message : '';
  const met = [...message.matchAll(SAFE)].map(([, code, number, status]) => code ?? number ?? `HTTP ${status}`);
  const places = REST_OF_CHAIN.map(([name]) => name);
  const looked = source.kind === 'chain' ? places.filter((name) => source.metadata || name !== 'ECS RAM role') : [];
  const why = seen.gaveUp === undefined ? [...new Set(met)].join(', ') : `no answer within ${TIMEOUT / 1000} s`;
  const where = looked.length === 0 ? '' : ` (looked for: ${looked.join(', ')})`;
  return {
    ok: false,
    fault: {
      operation: 'Credentials',
      code: 'NoCredentials',
      message: `${source.from} gave no keys${where}${why === '' ? '' : `; it met ${why}`}`,
      requestId: '',
      advice:
        'Give `role-to-assume` and `oidc-provider-arn` with `permissions: { id-token: write }`, or `access-key-id` and `access-key-secret`. The README has the table of where credentials may come from.',
      repeatable: hadWorked,
      retryAfter: undefined,
    },
  };
}
