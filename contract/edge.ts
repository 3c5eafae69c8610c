import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';

/** Where the edge is asked, and under which name. */
export interface EdgeAddress {
  readonly url: URL;
  /** Addresses to connect to in place of the one that the name has, as those of staging nodes; none: the name's own. */
  readonly connectTo: readonly string[];
}

/** One answer of the edge; nothing of it is shown, but whether two are alike. */
export type EdgeAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly marks: ReadonlyMap<string, string> }
  | { readonly kind: 'lost'; readonly why: string };

/** Asks once; `alone` by a connection of its own. */
export type AskEdge = (how: 'same connection' | 'alone') => Promise<EdgeAnswer>;

export interface Edge {
  readonly ask: AskEdge;
  /** Requests that were sent. */
  readonly requests: () => number;
  /** Connections that the ones by the same connection have needed. */
  readonly connections: () => number;
  readonly close: () => void;
}

/** In ms. */
const TIMEOUT = 10_000;
/** Headers that may be the same for a while, and then are not, whoever answers. */
const PASSING: ReadonlySet<string> = new Set(['age', 'connection', 'date', 'expires', 'keep-alive', 'set-cookie']);
/** Of an answer so much is compared, in bytes. */
const COMPARED = 64 * 1024;

/**
 * Directly, by no proxy: it is the way of the connection that is looked at. Certificates are verified. Once `interrupted`
 * nothing is waited for.
 */
export function openEdge({ url, connectTo }: EdgeAddress, interrupted: AbortSignal): Edge {
  const isPlain = url.protocol === 'http:';
  const kept = isPlain
    ? new Agent({ keepAlive: true, maxSockets: 1 })
    : new TlsAgent({ keepAlive: true, maxSockets: 1 });
  let [requests, connections] = [0, 0];
  let nodes = connectTo;
  const ask: AskEdge = (how) =>
    new Promise((done) => {
      requests += 1;
      // Each has its turn with those that ask alone; one connection is that to one of them.
      const node = how === 'alone' ? nodes[requests % Math.max(1, nodes.length)] : nodes[0];
      const lost = (error: Error) => {
        // A node that cannot be reached is asked no more, while there is another.
        if (nodes.length > 1) nodes = nodes.filter((one) => one !== node);
        done({ kind: 'lost', why: whyLost(error) });
      };
      const options = {
        host: node ?? url.hostname,
        port: url.port || (isPlain ? 80 : 443),
        path: `${url.pathname}${url.search}`,
        servername: url.hostname,
        headers: { host: url.host, 'user-agent': 'esa-canary-deploy contract check', 'cache-control': 'no-cache' },
        agent: how === 'alone' ? false : kept,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), interrupted]),
      } as const;
      const outgoing = (isPlain ? httpRequest : httpsRequest)(options, (response) => {
        if (how !== 'alone' && !outgoing.reusedSocket) connections += 1;
        const hash = createHash('sha256');
        let left = COMPARED;
        response.on('data', (chunk: Buffer) => {
          hash.update(chunk.subarray(0, left));
          left -= Math.min(left, chunk.length);
        });
        response.once('error', lost);
        response.once('end', () => {
          const { statusCode: status = 0, headers } = response;
          const named = Object.entries(headers)
            .filter(([name]) => !PASSING.has(name))
            .map(([name, value]) => [`header ${name}`, String(value)] as const);
          const marks = new Map([...named, ['status', String(status)], ['body', hash.digest('hex')]]);
          done({ kind: 'answered', status, marks });
        });
      });
      outgoing.once('error', lost);
      outgoing.end();
    });
  return { ask, requests: () => requests, connections: () => connections, close: () => kept.destroy() };
}

function whyLost(error: Error): string {
  if (error.name === 'AbortError') return `no answer within ${TIMEOUT / 1_000} s`;
  return 'code' in error ? String(error.code) : error.message;
}

/** What all of some answers have in common. */
export function commonMarks(answers: readonly EdgeAnswer[]): ReadonlyMap<string, string> {
  const [first, ...others] = answers.map((one) => (one.kind === 'answered' ? one.marks : new Map<string, string>()));
  const common = [...(first ?? new Map<string, string>())].filter(([name, value]) =>
    others.every((other) => other.get(name) === value),
  );
  return new Map(common);
}

/** By what two versions are told apart: the name of a mark, with its value for each. */
export interface Mark {
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

/** Answers are told apart by what is the same in all of one version, and another in all of the other. */
export function markBetween(a: readonly EdgeAnswer[], b: readonly EdgeAnswer[]): Mark | undefined {
  const ofB = commonMarks(b);
  const marks = [...commonMarks(a)].flatMap(([name, value]) => {
    const other = ofB.get(name);
    return other === undefined || other === value ? [] : [{ name, a: value, b: other }];
  });
  // A header of the routine's own is surer than a length or a tag that follows from the body.
  return marks.find(({ name }) => name === 'body') ?? marks[0];
}

/** Whose an answer is; undefined where it does not tell. */
export function servedBy(answer: EdgeAnswer, { name, a, b }: Mark): 'a' | 'b' | undefined {
  const value = answer.kind === 'answered' ? answer.marks.get(name) : undefined;
  if (value === undefined) return undefined;
  return value === a ? 'a' : value === b ? 'b' : undefined;
}
