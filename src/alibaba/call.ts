import { randomUUID } from 'node:crypto';
import sdk from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { type Seen, withinLimits } from '../network/limits.js';
import { shownProxy } from '../network/proxy.js';
import type { Fault } from '../rollout/model.js';
import { readHttpDate } from './http-date.js';
import { installAgent } from './httpx-agent.js';

const { default: Client, OpenApiRequest, Params } = sdk;
type Config = InstanceType<typeof sdk.Config>;

export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string | undefined;
}

export interface Endpoint {
  readonly protocol: 'http' | 'https';
  /** Host, with the port where it is not the protocol's own. */
  readonly host: string;
}

/** How a service of Alibaba Cloud is reached. */
export interface Destination {
  readonly endpoint: Endpoint;
  /** One request from connecting to the last byte of its answer, in ms. */
  readonly timeout: number;
  /** Once aborted, requests get as long as a cancelled workflow can spare. */
  readonly hurry: AbortSignal;
}

/** What came back over the wire, before anything is made of it. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly retryAfter: number | undefined;
      readonly requestId: string;
      /** The service's clock when it answered, in ms since the epoch; undefined where it gave none. */
      readonly date: number | undefined;
    }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly error: Readonly<Record<string, unknown>>;
      readonly retryAfter: number | undefined;
      readonly requestId: string;
    }
  | {
      readonly kind: 'unreadable';
      readonly status: number;
      readonly requestId: string;
      readonly retryAfter: number | undefined;
    }
  /** `connected` is whether the request can have reached the service at all. */
  | { readonly kind: 'network'; readonly code: string; readonly message: string; readonly connected: boolean }
  /** Nothing was sent, since there is nothing to sign it with. */
  | { readonly kind: 'unsigned'; readonly fault: Fault };

/** One request of an RPC-style API; without keys it is sent unsigned. */
export interface Rpc {
  readonly action: string;
  readonly version: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  readonly keys: Keys | undefined;
}

/** A connection that takes longer than this is never established, in ms. */
export const CONNECT_TIMEOUT = 10_000;
const NONCE = 'x-acs-signature-nonce';

/**
 * One call by Alibaba Cloud's SDK, which only signs and sends: its own retries are dead code, its time-outs do not
 * bound a call, and of an error page it gives neither status nor headers (docs/adr/0003).
 */
export async function call(to: Destination, rpc: Rpc): Promise<Reply> {
  const { endpoint, timeout, hurry } = to;
  installAgent();
  const client = new Client(configOf(rpc.keys, endpoint));
  const limits = { connect: Math.min(timeout, CONNECT_TIMEOUT), total: timeout, hurry };
  const result = await withinLimits(limits, () => client.callApi(paramsOf(rpc), requestOf(rpc), runtimeOf(timeout)));
  return result.ok ? replyOf(result.value, result.seen) : failureOf(result.error, result.seen, to);
}

/** A plain object, not a `Config`: that class would load the SDK's credential chain to look at its own types. */
function configOf(keys: Keys | undefined, endpoint: Endpoint): Config {
  const type = keys?.securityToken === undefined ? 'access_key' : 'sts';
  const providerName = type === 'sts' ? 'static_sts' : 'static_ak';
  const credential = keys && { ...keys, securityToken: keys.securityToken ?? '', type, providerName };
  const config: Partial<Config> = {
    endpoint: endpoint.host,
    protocol: endpoint.protocol,
    userAgent: 'esa-canary-deploy',
    credential: { getCredential: async () => credential } as never,
  };
  return config as Config;
}

function paramsOf({ action, version, keys }: Rpc): InstanceType<typeof Params> {
  return new Params({
    action,
    version,
    protocol: 'HTTPS',
    pathname: '/',
    method: 'POST',
    authType: keys === undefined ? 'Anonymous' : 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    // As text: the SDK's own JSON would round a 19-digit number.
    bodyType: 'string',
  });
}

function requestOf({ query = {}, body }: Rpc): InstanceType<typeof OpenApiRequest> {
  // The SDK's own nonce is an md5 over Math.random.
  return new OpenApiRequest({ query, body, headers: { [NONCE]: randomUUID(), 'accept-encoding': 'identity' } });
}

/** The SDK's own time-outs come after ours. TLS is verified whatever the environment says. */
function runtimeOf(timeout: number): RuntimeOptions {
  const longer = timeout + 1_000;
  return new RuntimeOptions({ connectTimeout: longer, readTimeout: longer, autoretry: false, ignoreSSL: false });
}

function headersOf(seen: Seen): { status: number; requestId: string; retryAfter: number | undefined } {
  const headers = seen.response?.headers ?? {};
  const retryAfter = /^[0-9]{1,9}$/.exec(String(headers['x-acs-retry-after'] ?? ''));
  return {
    status: seen.response?.statusCode ?? 0,
    requestId: String(headers['x-acs-request-id'] ?? ''),
    retryAfter: retryAfter === null ? undefined : Number(retryAfter[0]),
  };
}

function replyOf(answer: { [key: string]: unknown }, seen: Seen): Reply {
  const { body, statusCode } = answer as { body: unknown; statusCode: unknown };
  const headers = headersOf(seen);
  return {
    kind: 'answer',
    ...headers,
    status: typeof statusCode === 'number' ? statusCode : headers.status,
    body: String(body),
    date: readHttpDate(seen.response?.headers.date),
  };
}

/** What went wrong on the way, by what the library threw and what was seen of its request. */
export function failureOf(error: unknown, seen: Seen, { endpoint }: Destination): Reply {
  const failure = error as { code?: unknown; name?: unknown; message?: unknown; data?: unknown };
  const proxy = shownProxy(new URL(`${endpoint.protocol}://${endpoint.host}`));
  const network = (code: string, message: string): Reply => {
    const way = proxy === undefined ? '' : ` (through the proxy ${proxy})`;
    return { kind: 'network', code, message: `${message}${way}`, connected: seen.connected };
  };
  switch (seen.gaveUp) {
    case 'connecting':
      return network('ConnectTimeout', `no connection within ${seen.after} ms`);
    case 'waiting':
      return network('ReadTimeout', `no complete answer within ${seen.after} ms`);
    case 'too-long':
      return network('AnswerTooLong', 'the answer was longer than any of the API, and was not read to its end');
    case undefined:
      break;
  }
  if (typeof failure.data === 'object' && failure.data !== null) {
    return { kind: 'error', ...headersOf(seen), error: failure.data as Record<string, unknown> };
  }
  if (error instanceof SyntaxError || seen.response?.complete === true)
    return { kind: 'unreadable', ...headersOf(seen) };
  // Before 22.12 Node does not publish a request that still waits for its tunnel.
  const inTunnel = proxy !== undefined && !(error instanceof TypeError);
  if (typeof failure.code === 'string' || seen.request !== undefined || inTunnel) {
    const code = typeof failure.code === 'string' ? failure.code : 'ConnectionClosed';
    return network(code, withoutRequest(String(failure.message ?? error)));
  }
  throw error;
}

/** httpx glues the request to the message of an error: `socket hang upPOST https://HOST/ failed.` */
function withoutRequest(message: string): string {
  return message.replace(/[A-Z]+ https?:\/\/\S* failed\.$/, '').trim();
}
