import { parse } from 'lossless-json';
import * as z from 'zod/mini';

/** What the answers of all of Alibaba Cloud's services have in common. */

/** A member that may be absent or null. */
export const optionalText = z.nullish(z.string());

/** Hexadecimal digits and dashes: every id of a deployment seen so far is decimal, of a request a UUID. */
const ID = /^[0-9A-Fa-f-]{1,64}$/;

/** An id of a request or a deployment; empty for anything else, such as an echo of what was sent. */
export function idIn(text: string | null | undefined): string {
  return ID.test(text ?? '') ? (text ?? '') : '';
}

/** Nothing is decided by it, so one that is no id is left out. */
export const requestId = z.pipe(optionalText, z.transform(idIn));

/** An error, which a gateway may also send with HTTP 200. */
export const failure = z.object({ RequestId: requestId, Code: optionalText, Message: optionalText });

/** JSON whose numbers stay the text they were written as. Throws SyntaxError, or RangeError where it is too deep. */
export function parseExactly(json: string): unknown {
  return parse(json, undefined, (digits) => digits);
}

/** The same, where a number has to be told from a text of digits: whole ones become bigints. */
export function parseTyped(json: string): unknown {
  return parse(json, undefined, (digits) => (/^-?[0-9]{1,40}$/.test(digits) ? BigInt(digits) : Number(digits)));
}

/** Nothing that is shown or taken for an id is nearly as long, and escapes are costly to undo. In characters. */
const LONGEST_TEXT = 16 * 1024;

/**
 * The same answer with every text redacted, so that no secret that a service echoes is ever read. Members named in
 * `compared` are left alone: they are compared with our own words, which a secret may happen to be.
 */
export function redacted(json: unknown, redact: (text: string) => string, compared: ReadonlySet<string>): unknown {
  if (typeof json === 'string') return redact(json.slice(0, LONGEST_TEXT));
  if (Array.isArray(json)) return json.map((item) => redacted(item, redact, compared));
  if (typeof json !== 'object' || json === null) return json;
  const member = ([name, value]: [string, unknown]) =>
    [name, compared.has(name) ? value : redacted(value, redact, compared)] as const;
  return Object.fromEntries(Object.entries(json).map(member));
}

/** What is wrong with an answer, each problem with its place. */
export function problemsIn(error: z.core.$ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
