import type { RequestListener, ServerResponse } from 'node:http';
import {
  type Deployment,
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
  /** Those of the requests that a misbehaviour made fail. */
  readonly failures: Record<string, number>;
}

/**
 * Smooth weighted round robin, as nginx has it: `turns` holds each version's running weight and is updated in place.
 * It repeats after as many picks as the weights sum to, so any 100 in a row meet a split of 100 % exactly.
 */
export function pick(split: readonly Share[], turns: Map<string, number>): string | undefined {
  let best: string | undefined;
  let most = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const { codeVersion, percentage } of split) {
    const turn = (turns.get(codeVersion) ?? 0) + percentage;
    turns.set(codeVersion, turn);
    total += percentage;
    if (turn > most) [best, most] = [codeVersion, turn];
  }
  if (best !== undefined) turns.set(best, most - total);
  return best;
}

/** Whether the n-th request, counted from 1, is among the failing share: evenly spread, exact over any whole period. */
export function fails(n: number, share: number): boolean {
  // A share such as 0.1 is a little off in binary; the margin keeps 10 * 0.1 from falling short of 1.
  const due = (count: number) => Math.floor(count * share + 1e-9);
  return due(n) > due(n - 1);
}

interface Round {
  readonly deployId: string;
  readonly turns: Map<string, number>;
  readonly served: Map<string, number>;
}

/** Calls back after so many ms, unless the emulator is closed before. */
type Later = (callback: () => void, ms: number) => void;

/** Serves `/{env}/{routine}/anything` by the live split there; any other path by the first routine's production. */
export function edgeHandler(world: World, stats: EdgeStats, later: Later): RequestListener {
  const rounds = new Map<string, Round>();
  return (message, response) => {
    message.resume();
    const { environment, name } = target(world, message.url ?? '/');
    const deployment = findRoutine(world, name)?.environments[environment].current;
    if (deployment === undefined) {
      reply(response, 404, `nothing is live: ${name} in ${environment}\n`);
      return;
    }
    const round = roundOf(rounds, `${environment}/${name}`, deployment);
    const codeVersion = pick(deployment.codeVersions, round.turns);
    if (codeVersion === undefined) {
      reply(response, 404, `the live split is empty: ${name} in ${environment}\n`);
      return;
    }
    const count = (round.served.get(codeVersion) ?? 0) + 1;
    round.served.set(codeVersion, count);
    serve({ world, stats, later, response, name, codeVersion, count });
  };
}

function target(world: World, url: string): { environment: EnvironmentName; name: string } {
  const [, first, second] = (url.split('?')[0] ?? '').split('/');
  const environment = environmentNames.find((known) => known === first);
  if (environment !== undefined && second) return { environment, name: second };
  return { environment: 'production', name: Object.keys(world.routines)[0] ?? '' };
}

function roundOf(rounds: Map<string, Round>, place: string, { deployId }: Deployment): Round {
  const running = rounds.get(place);
  if (running?.deployId === deployId) return running;
  const fresh = { deployId, turns: new Map<string, number>(), served: new Map<string, number>() };
  rounds.set(place, fresh);
  return fresh;
}

interface Serving {
  readonly world: World;
  readonly stats: EdgeStats;
  readonly later: Later;
  readonly response: ServerResponse;
  readonly name: string;
  readonly codeVersion: string;
  /** 1-based, within the deployment. */
  readonly count: number;
}

function serve({ world, stats, later, response, name, codeVersion, count }: Serving): void {
  const routine = findRoutine(world, name);
  const version = routine && findVersion(routine, codeVersion);
  const { failureShare = 0, status = 500, latency = 0, omitVersionHeader = false } = version?.misbehaviour ?? {};
  const failed = fails(count, failureShare);
  stats.requests[codeVersion] = (stats.requests[codeVersion] ?? 0) + 1;
  if (failed) stats.failures[codeVersion] = (stats.failures[codeVersion] ?? 0) + 1;
  if (!omitVersionHeader) response.setHeader('x-code-version', codeVersion);
  const text = `${name} ${codeVersion} ${version?.description ?? ''}`.trimEnd();
  const answer = () => reply(response, failed ? status : 200, `${text}\n`);
  if (latency > 0) later(answer, latency);
  else answer();
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain;charset=utf-8', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
