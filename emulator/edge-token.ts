import { createHash } from 'node:crypto';

/** In ms. */
const VALID = 3_600_000;

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (head: string) => createHash('sha256').update(`emulated edge ${head}`).digest('base64url');

/** What opens a routine's own address for an hour: a JWT, though nobody but this edge knows its signature. `now` in ms. */
export function edgeToken(routine: string, now: number): string {
  const head = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: routine, exp: Math.floor((now + VALID) / 1_000) })}`;
  return `${head}.${signed(head)}`;
}

export function opensEdge(token: string, routine: string, now: number): boolean {
  const [header = '', payload = '', signature] = token.split('.');
  if (signature !== signed(`${header}.${payload}`)) return false;
  const { sub, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string; exp: number };
  return sub === routine && exp * 1_000 > now;
}
