import { randomInt } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { apiHandler } from './api-server.js';
import { controlHandler, controlPrefix } from './control.js';
import { type EdgeStats, edgeHandler } from './edge.js';
import { type Fault, faultScript } from './faults.js';
import { type Listener, listen } from './listener.js';
import { type LoggedLogRequest, logHandler, logPrefix } from './log-server.js';
import { logStore } from './log-store.js';
import { storagePath } from './operations/uploads.js';
import type { LoggedRequest } from './request-log.js';
import { startWorld } from './start-world.js';
import { loadWorld, worldSaver } from './state-file.js';
import { storageHandler } from './storage.js';
import { completeWorld, type World, type WorldSeed } from './world.js';

export type { EdgeStats } from './edge.js';
export type { Fault, FaultEffect } from './faults.js';
export { deployUnseen, type Unseen } from './lagging.js';
export type { LoggedLogRequest } from './log-server.js';
export type { LogWorld, Traffic } from './log-store.js';
export type { CutKind, Misbehaviour, Outage } from './misbehaviour.js';
export type { OddAnswer } from './odd-answers.js';
export { defaultQuirks, type Quirks } from './quirks.js';
export type { LoggedRequest } from './request-log.js';
export { startWorld } from './start-world.js';
export * from './world.js';

export interface EmulatorOptions {
  /** Port of the API; 0, the default, is any free one. */
  readonly port?: number;
  /** Port of the edge; likewise. */
  readonly edgePort?: number;
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly host?: string;
  /** PEM texts; with them the API speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Likewise the edge. */
  readonly edgeTls?: { readonly cert: string; readonly key: string };
  /** Used and completed in place, so the caller's object is the live one; `startWorld()` when absent. */
  readonly world?: World | WorldSeed;
  /** When this file exists its world is taken; after each change it is written. */
  readonly stateFile?: string;
  /** Called after anything that may have changed the world, before the answer is sent. */
  readonly onChange?: () => void;
  /** Milliseconds since the epoch; Date.now when absent. */
  readonly now?: () => number;
  /** A whole number: the edge draws by it, so that the same requests get the same answers. At random when absent. */
  readonly edgeSeed?: number;
}

export interface Emulator extends AsyncDisposable {
  /** Where the API is, e.g. `http://127.0.0.1:8080`. */
  readonly api: string;
  /** Where the edge is. */
  readonly edge: string;
  /** The live state, to be read and changed. */
  readonly world: World;
  /** API requests in order of arrival, also refused ones. */
  readonly requests: LoggedRequest[];
  /** Likewise of Log Service, which is served at the same place. */
  readonly logRequests: readonly LoggedLogRequest[];
  /** TCP connections the API accepted so far. */
  readonly connections: number;
  readonly edgeStats: EdgeStats;
  /** What the edge draws by. */
  readonly edgeSeed: number;
  /** Appends scripted faults. */
  script(...faults: Fault[]): void;
  /** Destroys open sockets and frees the ports. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts an ESA API endpoint with real state, and an edge that serves routines by weight. Rejects when a port is taken
 * (the error of node:net) or the state file holds no world.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', tls, edgeTls, stateFile, now = Date.now, edgeSeed = randomInt(2 ** 32) } = options;
  const stored = stateFile === undefined ? undefined : loadWorld(stateFile);
  const world = stored ?? (options.world === undefined ? startWorld(now()) : completeWorld(options.world));
  const save = stateFile === undefined ? () => {} : worldSaver(world, stateFile);
  const changed = () => {
    save();
    options.onChange?.();
  };
  const faults = faultScript();
  const requests: LoggedRequest[] = [];
  const edgeStats: EdgeStats = { requests: {}, failures: {}, cuts: {} };
  const timers = timerSet();
  let api: Listener | undefined;

  const control = controlHandler({ world, faults, requests, edgeStats, now, changed });
  const served = {
    world,
    faults,
    requests,
    now,
    connectionOf: (message: IncomingMessage) => api?.connectionOf(message) ?? 0,
    changed,
    later: timers.later,
  };
  const operations = apiHandler({ ...served, origin: () => api?.url ?? '' });
  const storage = storageHandler(served);
  const logRequests: LoggedLogRequest[] = [];
  const store = logStore(world, edgeSeed, now);
  const logs = logHandler({ world, store, requests: logRequests, now });
  const byPath = [
    { prefix: controlPrefix, handle: control },
    { prefix: storagePath, handle: storage },
    { prefix: logPrefix, handle: logs },
    { prefix: '', handle: operations },
  ];
  const route: RequestListener = (message, response) =>
    byPath.find(({ prefix }) => message.url?.startsWith(prefix))?.handle(message, response);

  const apiListener = await listen(route, { port: options.port ?? 0, host, tls });
  api = apiListener;
  const edgeContext = { world, stats: edgeStats, record: store.record, later: timers.later, now, seed: edgeSeed };
  const serveEdge = edgeHandler(edgeContext);
  const edge = await listen(serveEdge, { port: options.edgePort ?? 0, host, tls: edgeTls }).catch(
    async (error: unknown) => {
      await apiListener.close();
      throw error;
    },
  );
  changed();

  const close = async () => {
    timers.clear();
    await Promise.all([apiListener.close(), edge.close()]);
    changed();
  };
  return {
    api: apiListener.url,
    edge: edge.url,
    world,
    requests,
    logRequests,
    edgeStats,
    edgeSeed,
    get connections() {
      return apiListener.connections();
    },
    script: (...more) => faults.add(more),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function timerSet() {
  const running = new Set<NodeJS.Timeout>();
  const later = (callback: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      running.delete(timer);
      callback();
    }, ms);
    running.add(timer);
  };
  const clear = (): void => {
    for (const timer of running) clearTimeout(timer);
    running.clear();
  };
  return { later, clear };
}
