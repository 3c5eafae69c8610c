import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Draw, drawsOf } from './chance.js';
import { opensEdge } from './edge-token.js';
import type { LogStore } from './log-store.js';
import { type CutKind, effectOf, loggedAs, namesVersion, outageAt } from './misbehaviour.js';
import { defaultRelatedRecord } from './operations/operation.js';
import { type Choose, chooser } from './routing.js';
import {
  type CodeVersion,
  type Deployment,
  type Environment,
  type EnvironmentName,
  environmentNames,
  findRoutine,
  findVersion,
  type Share,
  type World,
} from './world.js';

/** What the edge served so far, by code version. */
export interface EdgeStats {
  readonly requests: Record<string, number>;
  /** Those of the requests that were answered with an error, by the version's fault or the site's. */
  readonly failures: Record<string, number>;
  /** Those of the requests that got no answer, likewise. */
  readonly cuts: Record<string, number>;
}

/** Calls back after so many ms, unless the emulator is closed before. */
type Later = (callback: () => void, ms: number) => void;

export interface EdgeContext {
  readonly world: World;
  readonly stats: EdgeStats;
  /** Writes the log of a request that was served. */
  readonly record: LogStore['record'];
  readonly later: Later;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The same seed and the same requests give the same answers. */
  readonly seed: number;
}

/** The version for which `drawn`, in [0, 1), was drawn: each by its weight. */
export function pick(split: readonly Share[], drawn: number): string | undefined {
  const weighty = split.filter(({ percentage }) => percentage > 0);
  let left = drawn * weighty.reduce((sum, { percentage }) => sum + percentage, 0);
  for (const { codeVersion, percentage } of weighty) {
    if (left < percentage) return codeVersion;
    left -= percentage;
  }
  return weighty.at(-1)?.codeVersion;
}

interface Stream {
  readonly deployId: string;
  readonly next: () => Draw;
  readonly choose: Choose;
}

interface Served {
  readonly deployment: Deployment;
  /** How many there were up to it. */
  readonly count: number;
}

/** The newest that the edge has heard of by then; the only one there is, at once. */
function servedDeployment({ current, history }: Environment, heard: number): Served | undefined {
  if (current === undefined) return undefined;
  const index = history.findLastIndex(({ at = 0 }) => at <= heard);
  const known = index === -1 ? undefined : history[index];
  return known === undefined ? { deployment: current, count: history.length } : { deployment: known, count: index + 1 };
}

/**
 * Serves `/{env}/{routine}/anything` by the live split there; any other path by the first routine's production. A routine's
 * own name is that of staging, since the only nodes that it is asked at are those, and takes a token.
 */
export function edgeHandler(context: EdgeContext): RequestListener {
  const { world, seed } = context;
  const streams = new Map<string, Stream>();
  return (message, response) => {
    message.resume();
    const own = ownName(world, message.headers.host ?? '');
    if (own !== undefined && !hasToken(message.url ?? '/', own, context.now())) {
      reply(response, 401, 'unauthorized\n');
      return;
    }
    const { environment, name } =
      own === undefined ? target(world, message.url ?? '/') : ({ environment: 'staging', name: own } as const);
    const place = `${environment}/${name}`;
    const live = findRoutine(world, name)?.environments[environment];
    const served = live && servedDeployment(live, context.now() - world.quirks.edgeDelay);
    if (served === undefined) {
      reply(response, 404, `nothing is live: ${name} in ${environment}\n`);
      return;
    }
    const stream = streamOf(streams, seed, place, served);
    const draw = stream.next();
    const codeVersion = pick(
      served.deployment.codeVersions,
      stream.choose(world.quirks.routing, draw.version, message),
    );
    if (codeVersion === undefined) {
      reply(response, 404, `the live split is empty: ${name} in ${environment}\n`);
      return;
    }
    serve(context, { message, response, name, codeVersion, draw });
  };
}

function target(world: World, url: string): { environment: EnvironmentName; name: string } {
  const [, first, second] = (url.split('?')[0] ?? '').split('/');
  const environment = environmentNames.find((known) => known === first);
  if (environment !== undefined && second) return { environment, name: second };
  return { environment: 'production', name: Object.keys(world.routines)[0] ?? '' };
}

/** The routine whose own name it is. */
function ownName({ routines }: World, host: string): string | undefined {
  return Object.keys(routines).find((name) => host.replace(/:\d+$/, '') === defaultRelatedRecord(name));
}

function hasToken(url: string, name: string, now: number): boolean {
  const token = new URL(url, 'http://edge').searchParams.get('esa_er_token') ?? '';
  return opensEdge(token, name, now);
}

function streamOf(
  streams: Map<string, Stream>,
  seed: number,
  place: string,
  { deployment: { deployId }, count: number }: Served,
): Stream {
  const running = streams.get(place);
  if (running?.deployId === deployId) return running;
  const fresh = { deployId, next: drawsOf(seed, place, number), choose: chooser() };
  streams.set(place, fresh);
  return fresh;
}

interface Serving {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly name: string;
  readonly codeVersion: string;
  readonly draw: Draw;
}

function serve({ world, stats, record, later, now }: EdgeContext, serving: Serving): void {
  const { message, response, name, codeVersion, draw } = serving;
  const routine = findRoutine(world, name);
  const version = routine && findVersion(routine, codeVersion);
  const own = version?.misbehaviour ?? {};
  const outage = outageAt(world.outages, now()) ?? {};
  const effect = effectOf(outage, draw.outage) ?? effectOf(own, draw.failure);
  count(stats.requests, codeVersion);
  if (effect?.kind === 'failed') count(stats.failures, codeVersion);
  if (effect?.kind === 'cut') count(stats.cuts, codeVersion);
  record({ routine: name, codeVersion, ...loggedAs(effect) });
  const answer = () => {
    if (effect?.kind === 'cut') return whenReceived(message, () => cutOff(response, effect.cut));
    if (world.quirks.versionHeader && namesVersion(effect, own, outage)) mark(response, codeVersion, version);
    const text = `${name} ${codeVersion} ${version?.description ?? ''}`.trimEnd();
    reply(response, effect?.status ?? 200, `${text}\n`);
  };
  const latency = (own.latency ?? 0) + (outage.latency ?? 0);
  if (latency > 0) later(answer, latency);
  else answer();
}

/** By which a gate tells the versions apart; the commit as a build would put it in. */
function mark(response: ServerResponse, codeVersion: string, version: CodeVersion | undefined): void {
  response.setHeader('x-code-version', codeVersion);
  const own = answeredBy(version?.code);
  if (own !== undefined) response.setHeader('x-canary', own);
  const commit = version?.answersCommit ?? commitIn(version?.extraInfo ?? '{}');
  if (commit !== undefined) response.setHeader('x-commit', commit);
}

/** What uploaded code sets the header to, which nobody runs here: `'x-canary', '3f2a9c01b7de'` or `"x-canary": "…"`. */
function answeredBy(code = ''): string | undefined {
  return /(["'`])x-canary\1\s*[,:]\s*(["'`])([\w.-]{1,64})\2/i.exec(code)?.[3];
}

function commitIn(extraInfo: string): string | undefined {
  try {
    const { CommitId } = JSON.parse(extraInfo) as { CommitId?: unknown };
    return typeof CommitId === 'string' && /^[0-9a-f]{7,64}$/.test(CommitId) ? CommitId : undefined;
  } catch {
    return undefined;
  }
}

function count(counts: Record<string, number>, codeVersion: string): void {
  counts[codeVersion] = (counts[codeVersion] ?? 0) + 1;
}

/** Whoever is cut off has sent all of the request. */
function whenReceived(message: IncomingMessage, callback: () => void): void {
  if (message.complete) callback();
  else message.once('end', callback);
}

function cutOff({ socket }: ServerResponse, cut: CutKind): void {
  if (cut === 'reset') socket?.resetAndDestroy();
  if (cut === 'close') socket?.destroy();
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain;charset=utf-8', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
