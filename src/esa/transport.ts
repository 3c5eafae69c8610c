import { randomUUID } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import sdk from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';

const { default: Client, OpenApiRequest, Params } = sdk;
type Config = InstanceType<typeof sdk.Config>;

/** The operations of ESA 2024-09-10 that this action uses; each needs the RAM action of the same name. */
export type Operation = 'GetRoutine' | 'ListRoutineCodeVersions' | 'CreateRoutineCodeDeployment';

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

/** What came back over the wire, before anything is made of it. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly retryAfter: number | undefined;
      readonly requestId: string;
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
  /** `connected` tells whether the request can have reached the service at all. */
  | { readonly kind: 'network'; readonly code: string; readonly message: string; readonly connected: boolean };

export type Send = (operation: Operation, parameters: Readonly<Record<string, string>>) => Promise<Reply>;

/** What Node tells of a request while the SDK, which tells nothing of a failed one, is waiting for it. */
interface Observed {
  connected: boolean;
  timedOut: boolean;
  response: IncomingMessage | undefined;
  request: ClientRequest | undefined;
}

/** In ms: two calls, one of them throttled once, fit into the 7.5 s that a cancelled workflow leaves. */
const HURRIED_TIMEOUT = 1_800;
const NONCE = 'x-acs-signature-nonce';
const observed = new Map<string, Observed>();
let watching = false;

/**
 * Signed calls by Alibaba Cloud's SDK. It is left to sign and to send; its own retries are dead code, and of an error
 * page it tells neither status nor header, so both are read off Node's diagnostics channels (docs/adr/0003).
 * `timeout` bounds one call from connecting to the last byte of its answer, in ms. Once `hurry` is aborted, calls get
 * as long as a cancelled workflow can spare, and those under way get that long from then on.
 */
export function transport(keys: Keys, endpoint: Endpoint, timeout: number, hurry: AbortSignal): Send {
  watch();
  // The SDK calls url.parse, and Node 24 would say so in every user's log (DEP0169).
  process.noDeprecation = true;
  const client = new Client(configOf(keys, endpoint));
  return async (operation, parameters) => {
    const nonce = randomUUID();
    const seen: Observed = { connected: false, timedOut: false, response: undefined, request: undefined };
    observed.set(nonce, seen);
    const giveUp = () => {
      seen.timedOut = true;
      seen.request?.destroy();
    };
    const deadline = setTimeout(giveUp, hurry.aborted ? Math.min(timeout, HURRIED_TIMEOUT) : timeout);
    let hurried: NodeJS.Timeout | undefined;
    const makeHaste = () => {
      hurried = setTimeout(giveUp, HURRIED_TIMEOUT);
    };
    hurry.addEventListener('abort', makeHaste, { once: true });
    try {
      return replyOf(await client.callApi(paramsOf(operation), requestOf(nonce, parameters), runtimeOf(timeout)), seen);
    } catch (error) {
      return failureOf(error, seen, timeout);
    } finally {
      clearTimeout(deadline);
      clearTimeout(hurried);
      hurry.removeEventListener('abort', makeHaste);
      observed.delete(nonce);
    }
  };
}

/** A plain object, not a `Config`: that class would load the SDK's credential chain to look at its own types. */
function configOf(keys: Keys, endpoint: Endpoint): Config {
  const type = keys.securityToken === undefined ? 'access_key' : 'sts';
  const providerName = type === 'sts' ? 'static_sts' : 'static_ak';
  const credential = { ...keys, securityToken: keys.securityToken ?? '', type, providerName };
  const config: Partial<Config> = {
    endpoint: endpoint.host,
    protocol: endpoint.protocol,
    userAgent: 'esa-canary-deploy',
    credential: { getCredential: async () => credential } as never,
  };
  return config as Config;
}

function paramsOf(action: Operation): InstanceType<typeof Params> {
  return new Params({
    action,
    version: '2024-09-10',
    protocol: 'HTTPS',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    // As text: the SDK's own JSON would round a 19-digit number.
    bodyType: 'string',
  });
}

function requestOf(nonce: string, body: Readonly<Record<string, string>>): InstanceType<typeof OpenApiRequest> {
  return new OpenApiRequest({ body, headers: { [NONCE]: nonce, 'accept-encoding': 'identity' } });
}

/** The SDK's own time-outs come after ours, which bounds both phases together. */
function runtimeOf(timeout: number): RuntimeOptions {
  return new RuntimeOptions({ connectTimeout: timeout + 1_000, readTimeout: timeout + 1_000, autoretry: false });
}

function watch(): void {
  if (watching) return;
  watching = true;
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    const seen = observed.get(String(request.getHeader(NONCE)));
    if (seen === undefined) return;
    seen.request = request;
    if (seen.timedOut) request.destroy();
    noteConnection(request, seen);
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const seen = observed.get(String(request.getHeader(NONCE)));
    if (seen !== undefined) seen.response = response;
  });
}

function noteConnection(request: ClientRequest, seen: Observed): void {
  const socket = request.socket as TLSSocket | null;
  const connected = () => {
    seen.connected = true;
  };
  if (socket?.connecting) socket.once(socket.encrypted ? 'secureConnect' : 'connect', connected);
  else connected();
}

function headersOf(seen: Observed): { status: number; requestId: string; retryAfter: number | undefined } {
  const headers = seen.response?.headers ?? {};
  const retryAfter = /^[0-9]{1,9}$/.exec(String(headers['x-acs-retry-after'] ?? ''));
  return {
    status: seen.response?.statusCode ?? 0,
    requestId: String(headers['x-acs-request-id'] ?? ''),
    retryAfter: retryAfter === null ? undefined : Number(retryAfter[0]),
  };
}

function replyOf(answer: { [key: string]: unknown }, seen: Observed): Reply {
  const { body, statusCode } = answer as { body: unknown; statusCode: unknown };
  const headers = headersOf(seen);
  return {
    kind: 'answer',
    ...headers,
    status: typeof statusCode === 'number' ? statusCode : headers.status,
    body: String(body),
  };
}

function failureOf(error: unknown, seen: Observed, timeout: number): Reply {
  const failure = error as { code?: unknown; name?: unknown; message?: unknown; data?: unknown };
  if (seen.timedOut) {
    const code = seen.connected ? 'ReadTimeout' : 'ConnectTimeout';
    const what = seen.connected ? 'no complete answer' : 'no connection';
    return { kind: 'network', code, message: `${what} within ${timeout} ms`, connected: seen.connected };
  }
  if (typeof failure.data === 'object' && failure.data !== null) {
    return { kind: 'error', ...headersOf(seen), error: failure.data as Record<string, unknown> };
  }
  if (error instanceof SyntaxError || seen.response?.complete === true)
    return { kind: 'unreadable', ...headersOf(seen) };
  if (typeof failure.code === 'string' || seen.request !== undefined) {
    const code = typeof failure.code === 'string' ? failure.code : 'ConnectionClosed';
    return {
      kind: 'network',
      code,
      message: withoutRequest(String(failure.message ?? error)),
      connected: seen.connected,
    };
  }
  throw error;
}

/** httpx glues the request to the message of an error: `socket hang upPOST https://HOST/ failed.` */
function withoutRequest(message: string): string {
  return message.replace(/[A-Z]+ https?:\/\/\S* failed\.$/, '').trim();
}
