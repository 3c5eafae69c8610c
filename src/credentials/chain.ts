import type { Destination, Keys } from '../alibaba/call.js';
import {
  type CredentialProvider,
  cliProfileProvider,
  credentialsFileProvider,
  ecsRoleProvider,
  tokenFileProvider,
  uriProvider,
} from '../alibaba/credential-providers.js';
import { withinLimits } from '../network/limits.js';
import type { Answer } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import type { Secrets } from '../secrets/secrets.js';
import { type Credentials, unforeseen } from './renewal.js';
import { type CredentialSource, REST_OF_CHAIN } from './source.js';

type Chain = Extract<CredentialSource, { kind: 'chain' | 'oidc-file' }>;

interface Place {
  readonly name: string;
  readonly provider: CredentialProvider;
}

/** For one place, which has time-outs of its own; in ms. */
const TIMEOUT = 30_000;

interface ChainOptions {
  readonly sts: Destination;
  readonly secrets: Secrets;
  /** Told where the keys were found. */
  readonly say: (line: string) => void;
}

/**
 * Alibaba Cloud's default chain, or that part of it which was chosen, by its own library, which also renews what it
 * finds. In the bundle it is loaded when it is first asked. The places are gone through here: the library's own chain
 * keeps to the place it asked last, whether that had anything or not, and asks a host named "undefined" for the URI.
 */
export function libraryCredentials(source: Chain, { sts, secrets, say }: ChainOptions): Credentials {
  let found: Place | undefined;
  let places: readonly Place[] = [];
  let hasEnded = false;
  const ask = async ({ name, provider }: Place): Promise<Keys | string> => {
    const limits = { connect: TIMEOUT, total: TIMEOUT, hurry: sts.hurry };
    const result = await withinLimits(limits, () => provider.getCredentials());
    if (!result.ok) return describeFailure(name, result.seen.gaveUp === undefined ? result.error : undefined);
    const { accessKeyId = '', accessKeySecret = '', securityToken = '' } = texts(result.value);
    secrets.keep(accessKeySecret, securityToken, accessKeyId);
    if (accessKeyId === '' || accessKeySecret === '') return name;
    return { accessKeyId, accessKeySecret, securityToken: securityToken === '' ? undefined : securityToken };
  };
  const look = async (): Promise<Answer<Keys>> => {
    const tried: string[] = [];
    // Once keys were found somewhere, those of another place would be another identity.
    const before = found?.name;
    if (found === undefined || hasEnded) places = placesOf(source, sts);
    hasEnded = false;
    for (const place of places.filter(({ name }) => before === undefined || name === before)) {
      const keys = await ask(place);
      if (typeof keys !== 'string') {
        if (before === undefined && source.kind === 'chain') say(`Credentials found: ${place.name}`);
        found = place;
        return succeeded(keys);
      }
      tried.push(keys);
    }
    return notFound(source.from, tried, before !== undefined);
  };
  let pending: Promise<Answer<Keys>> | undefined;
  return {
    get from() {
      return found === undefined || source.kind !== 'chain' ? source.from : `${source.from}, ${found.name}`;
    },
    renewable: true,
    keys: () => {
      pending ??= look()
        .catch((error: unknown) => unforeseen(source.from, error))
        .finally(() => {
          pending = undefined;
        });
      return pending;
    },
    invalidate: () => {
      hasEnded = true;
      return true;
    },
    close: () => {},
  };
}

/** A file or an answer may hold anything; what is no text is no key, and a number would be one that is shown. */
function texts(given: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(given).filter((pair: [string, unknown]): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

function placesOf(source: Chain, { endpoint }: Destination): readonly Place[] {
  if (source.kind === 'oidc-file')
    return [{ name: 'token file', provider: tokenFileProvider(source.file, endpoint.host) }];
  const { ALIBABA_CLOUD_ECS_METADATA: role = '', ALIBABA_CLOUD_CREDENTIALS_URI: uri = '' } = process.env;
  const [profile, file, metadata, address] = REST_OF_CHAIN.map(([name]) => name);
  const places: readonly [string | undefined, boolean, () => CredentialProvider | undefined][] = [
    [profile, true, cliProfileProvider],
    [file, true, credentialsFileProvider],
    // A GitHub-hosted runner is no ECS instance, and asking its metadata service would only wait.
    [metadata, source.metadata, () => ecsRoleProvider(role)],
    [address, uri !== '', () => uriProvider(uri)],
  ];
  return places.flatMap(([name = '', isThere, build]) => {
    const provider = isThere ? build() : undefined;
    return provider === undefined ? [] : [{ name, provider }];
  });
}

/** What may be told of a failure: error codes, their numbers, and statuses. */
const SAFE = /"Code"\s*:\s*"([A-Z][A-Za-z.]{2,80})"|\b(E[A-Z]{4,15})\b|[Ss]tatus(?:Code)?: ?([1-5][0-9]{2})\b/g;

/** The library's own messages may hold the content of files and answers, keys included; only what is safe is taken. */
function describeFailure(name: string, error: unknown): string {
  if (error === undefined) return `${name} (no answer in time)`;
  const message = error instanceof Error ? error.message : '';
  const codes = [...message.matchAll(SAFE)].map(([, code, number, status]) => code ?? number ?? `HTTP ${status}`);
  if (codes.length === 0 && error instanceof Error && error.name !== 'Error') codes.push(error.name);
  return codes.length === 0 ? name : `${name} (${[...new Set(codes)].join(', ')})`;
}

function notFound(from: string, tried: readonly string[], hadWorked: boolean): Answer<Keys> {
  return failed({
    operation: 'Credentials',
    code: 'NoCredentials',
    message: `${from} has no keys; looked in: ${tried.join(', ')}`,
    requestId: '',
    advice: hadWorked
      ? 'They were found there before. Run again; if it persists, check what issues them.'
      : 'Give `role-to-assume` and `oidc-provider-arn` with `permissions: { id-token: write }`, or `access-key-id` and `access-key-secret`. docs/credentials.md of this action has a table of where credentials may come from.',
    transient: hadWorked,
    throttled: false,
    mayHaveActed: false,
    retryAfter: undefined,
  });
}
