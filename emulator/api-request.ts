import type { IncomingMessage } from 'node:http';

/** A request to the API, read to its end and with its parameters merged. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names, each with every value it was sent with. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
  readonly action: string;
  readonly version: string;
  /** Query, then form or JSON body; the names that choose the operation are not among them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The names of those that the body has. */
  readonly inBody: ReadonlySet<string>;
  /** Why the body could not be read as what its content-type says. */
  readonly malformed: string | undefined;
}

const envelope = new Set(['Action', 'Version', 'Format', 'Timestamp']);

/** Reads the whole request. Rejects when the client goes away before its end. */
export async function readApiRequest(message: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const url = new URL(message.url ?? '/', 'http://emulator');
  const headers = distinctHeaders(message.rawHeaders);
  const fromBody = bodyParameters(body, headers['content-type']?.[0] ?? '');
  const fromQuery = Object.fromEntries(url.searchParams);
  const all: Record<string, string> = { ...fromQuery, ...fromBody.parameters };
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: [...url.searchParams],
    headers,
    body,
    action: headers['x-acs-action']?.[0] ?? fromQuery['Action'] ?? '',
    version: headers['x-acs-version']?.[0] ?? fromQuery['Version'] ?? '',
    parameters: Object.fromEntries(Object.entries(all).filter(([name]) => !envelope.has(name))),
    inBody: new Set(Object.keys(fromBody.parameters)),
    malformed: fromBody.malformed,
  };
}

function distinctHeaders(raw: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = String(raw[index]).toLowerCase();
    const values = headers[name] ?? [];
    headers[name] = [...values, String(raw[index + 1])];
  }
  return headers;
}

interface BodyParameters {
  readonly parameters: Record<string, string>;
  readonly malformed?: string;
}

function bodyParameters(body: Buffer, contentType: string): BodyParameters {
  if (body.length === 0) return { parameters: {} };
  if (contentType.startsWith('application/json')) return jsonParameters(body.toString());
  return { parameters: Object.fromEntries(new URLSearchParams(body.toString())) };
}

// esa-cli sends CreateRoutineWithAssetsCodeVersion as JSON: members become parameters, objects stay compact JSON.
function jsonParameters(text: string): BodyParameters {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { parameters: {}, malformed: 'The body is not JSON.' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { parameters: {}, malformed: 'The body is not a JSON object.' };
  }
  const members = Object.entries(parsed).filter(([, value]) => value !== null);
  // Such a number was rounded by the parser already, so there is no honest parameter to make of it.
  const rounded = members.find(([, value]) => typeof value === 'number' && !Number.isSafeInteger(value));
  if (rounded !== undefined) return { parameters: {}, malformed: `The member ${rounded[0]} is not an exact integer.` };
  const texts = members.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return { parameters: Object.fromEntries(texts) };
}
