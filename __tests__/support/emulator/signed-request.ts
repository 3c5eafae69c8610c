import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { defaultCredential } from '../../../emulator/world.js';

/** A client of the tests' own: it signs without a line of the emulator's. */
export interface Asked {
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly place?: 'form' | 'query' | 'json';
  readonly method?: 'GET' | 'POST';
  readonly key?: {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string | undefined;
  };
  /** Milliseconds since the epoch. */
  readonly at?: number;
  readonly nonce?: string;
  /** Sent and signed; undefined takes a header away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as they are, over the signed ones. */
  readonly tampered?: Readonly<Record<string, string>>;
  readonly unsigned?: readonly string[];
  /** Signed and sent in place of the parameters. */
  readonly body?: string;
  /** Sent in place of the body that was signed. */
  readonly otherBody?: string;
  readonly agent?: Agent;
  readonly ca?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const form = (parameters: Readonly<Record<string, string>>) =>
  Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${encode(parameters[name] ?? '')}`)
    .join('&');

const bodies = {
  form: (parameters: Readonly<Record<string, string>>) => form(parameters),
  json: (parameters: Readonly<Record<string, string>>) => JSON.stringify(parameters),
  query: () => '',
};
const contentTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json', query: undefined };

/** Sends one signed request; rejects as node:http does when there is no whole answer. */
export async function ask(api: string, asked: Asked): Promise<Answered> {
  const { action, parameters = {}, place = 'form', method = 'POST', key = defaultCredential } = asked;
  const url = new URL(api);
  const query = place === 'query' ? form(parameters) : '';
  const body = asked.body ?? bodies[place](parameters);
  const headers = present({
    host: url.host,
    'x-acs-action': action,
    'x-acs-version': '2024-09-10',
    'x-acs-date': new Date(asked.at ?? Date.now()).toISOString().replace(/\.\d+/, ''),
    'x-acs-signature-nonce': asked.nonce ?? randomBytes(16).toString('hex'),
    'x-acs-content-sha256': sha256(body),
    'content-type': contentTypes[place],
    'x-acs-accesskey-id': key.securityToken && key.accessKeyId,
    'x-acs-security-token': key.securityToken,
    ...asked.headers,
  });
  const names = Object.keys(headers)
    .filter((name) => !asked.unsigned?.includes(name))
    .sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `${method}\n/\n${query}\n${lines}\n${names.join(';')}\n${sha256(body)}`;
  const signature = createHmac('sha256', key.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  const authorization = `ACS3-HMAC-SHA256 Credential=${key.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
  const path = query === '' ? '/' : `/?${query}`;
  const sent = { ...headers, authorization, ...asked.tampered };
  return send(`${api}${path}`, { ...asked, method, headers: sent, body: asked.otherBody ?? body });
}

/** Any HTTP request, unsigned. */
export function send(
  address: string,
  asked: {
    readonly method?: string;
    readonly headers?: OutgoingHttpHeaders;
    readonly body?: string;
    readonly agent?: Agent;
    readonly ca?: string;
  } = {},
): Promise<Answered> {
  const { method = 'GET', headers = {}, body = '', agent, ca } = asked;
  const request = address.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = { method, headers, ...(agent && { agent }), ...(ca && { ca }) };
    const outgoing = request(address, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The answer's JSON. */
export async function askJson(api: string, asked: Asked): Promise<Record<string, unknown>> {
  return JSON.parse((await ask(api, asked)).text) as Record<string, unknown>;
}

/** The split of a deployment as the parameter wants it. */
export function codeVersions(...shares: readonly (readonly [codeVersion: string, percentage: number])[]): string {
  return JSON.stringify(shares.map(([CodeVersion, Percentage]) => ({ CodeVersion, Percentage })));
}

function present(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(kept);
}
