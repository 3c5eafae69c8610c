import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { EdgeStats } from './edge.js';
import { effectKinds, type Fault, type FaultScript } from './faults.js';
import type { LoggedRequest } from './request-log.js';
import {
  completeWorld,
  deploy,
  environmentNames,
  findRoutine,
  type Share,
  type World,
  type WorldSeed,
} from './world.js';

export const controlPrefix = '/_emulator/';

export interface ControlContext {
  readonly world: World;
  readonly faults: FaultScript;
  readonly requests: readonly LoggedRequest[];
  readonly edgeStats: EdgeStats;
  readonly now: () => number;
  readonly changed: () => void;
}

type Route = (context: ControlContext, body: string) => unknown;

/** What other processes may see and do; the value returned is answered as JSON. */
const routes: Readonly<Record<string, Route>> = {
  'GET /_emulator/world': ({ world }) => world,
  'PUT /_emulator/world': ({ world }, body) => replaceWorld(world, JSON.parse(body) as WorldSeed),
  'GET /_emulator/requests': ({ requests }) => requests,
  'GET /_emulator/edge': ({ edgeStats }) => edgeStats,
  'POST /_emulator/faults': ({ faults }, body) => {
    const given: unknown = JSON.parse(body);
    if (!Array.isArray(given)) throw new TypeError('faults are a JSON array');
    faults.add(given.map(readFault));
    return { added: given.length };
  },
  'POST /_emulator/deploy': ({ world, now }, body) => {
    const { routine, env, codeVersions } = JSON.parse(body) as {
      routine?: string;
      env?: string;
      codeVersions?: Share[];
    };
    const environment = environmentNames.find((known) => known === env);
    if (environment === undefined) throw new TypeError('env is staging or production');
    if (routine === undefined || findRoutine(world, routine) === undefined) throw new TypeError('no such routine');
    if (!Array.isArray(codeVersions)) throw new TypeError('codeVersions is a list of {codeVersion, percentage}');
    return { deployId: deploy(world, routine, environment, codeVersions, now()) };
  },
};

function readFault(given: unknown): Fault {
  const { kind } = (given as Partial<Fault> | null)?.effect ?? {};
  if (kind === undefined || !effectKinds.includes(kind)) {
    throw new TypeError(`the kind of an effect is one of ${effectKinds.join(', ')}`);
  }
  return given as Fault;
}

/** Puts another world in the place of this one; the object stays, because others hold it. */
function replaceWorld(world: World, seed: WorldSeed): World {
  const next = completeWorld(seed);
  return Object.assign(world, next);
}

/** Serves the control plane: unsigned, and for that reason to loopback only. */
export function controlHandler(context: ControlContext): RequestListener {
  return (message, response) => {
    if (!isLoopback(message.socket.remoteAddress ?? '')) {
      reply(response, 403, { error: 'loopback only' });
      return;
    }
    answer(context, message, response).catch(() => message.socket.destroy());
  };
}

async function answer(context: ControlContext, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(message);
  const name = `${message.method} ${message.url?.split('?')[0]}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) {
    reply(response, 404, { error: `no such route; there are: ${Object.keys(routes).join(', ')}` });
    return;
  }
  let result: unknown;
  try {
    result = route(context, body);
  } catch (error) {
    reply(response, 400, { error: String(error) });
    return;
  }
  context.changed();
  reply(response, 200, result);
}

/** Whether an address, as a socket names its peer, is of this machine only. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
