import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type AccountLimit, accountLimit } from './account-limit.js';
import { type ApiRequest, readApiRequest } from './api-request.js';
import type { Nonces } from './authorization.js';
import { deliver, replyTo, send } from './delivery.js';
import { acts, type FaultEffect, type FaultScript } from './faults.js';
import { deployUnseen } from './lagging.js';
import { oddResult, stillTells } from './odd-answers.js';
import { answer, type Call, type Operation, type Result } from './operations/operation.js';
import { admit, perform } from './operations/operations.js';
import type { Quirks } from './quirks.js';
import { newRequestId, refuse } from './refusal.js';
import type { LoggedRequest } from './request-log.js';
import { parseAuthorization } from './signature.js';
import { environmentNames, findRoutine, type World } from './world.js';

export interface ApiServerContext {
  readonly world: World;
  readonly faults: FaultScript;
  readonly requests: LoggedRequest[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly connectionOf: (message: IncomingMessage) => number;
  /** Scheme, host and port of the server. */
  readonly origin: () => string;
  /** Called after anything that may have changed the world, before the answer is sent. */
  readonly changed: () => void;
  /** Calls back after so many ms, unless the emulator is closed before. */
  readonly later: (callback: () => void, ms: number) => void;
}

/** Answers requests of the ESA API. Every one is logged before anything can refuse it. */
export function apiHandler(context: ApiServerContext): RequestListener {
  const nonces: Nonces = new Map();
  const limit = accountLimit();
  return (message, response) => {
    readApiRequest(message).then(
      (request) => handle({ context, nonces, limit, request, response, connection: context.connectionOf(message) }),
      // The client went away in mid-request: there is nobody to answer.
      () => message.socket.destroy(),
    );
  };
}

interface Exchange {
  readonly context: ApiServerContext;
  readonly nonces: Nonces;
  readonly limit: AccountLimit;
  readonly request: ApiRequest;
  readonly response: ServerResponse;
  readonly connection: number;
}

function handle({ context, nonces, limit, request, response, connection }: Exchange): void {
  const at = context.now();
  const logged = logEntry(request, at, connection);
  context.requests.push(logged);
  date(response, context.world.quirks.dateHeader, at);
  const to = { response, logged, host: request.headers['host']?.[0] ?? '' };

  const operation = admit(request, context.world, nonces, at);
  const refusal = 'kind' in operation ? operation : operation.unsigned === true ? undefined : limit(context.world, at);
  if ('kind' in operation || refusal !== undefined) {
    if (refusal !== undefined) send(replyTo(refusal, to), to);
    return;
  }
  const effect = context.faults.take(request.action);
  if (effect !== undefined) logged.fault = nameOf(effect);
  const result = acts(effect) ? act(context, operation, request, { at, effect, logged }) : answer({});
  if (effect?.kind === 'late') {
    const performed = () => {
      act(context, operation, request, { at: context.now(), effect, logged });
      delete logged.showed;
      context.changed();
    };
    context.later(performed, effect.ms);
  }
  if (effect !== undefined && !tells(effect)) delete logged.showed;
  context.changed();
  const usual = replyTo(effect?.kind === 'odd' ? oddResult(effect.how, result) : result, to);
  if (effect === undefined) send(usual, to);
  else deliver(effect, usual, to, context.later);
}

/** Node would write its own clock, which is not the emulator's. */
function date(response: ServerResponse, how: Quirks['dateHeader'], at: number): void {
  response.sendDate = false;
  if (how !== 'none') response.setHeader('date', how === 'clock' ? new Date(at).toUTCString() : how.text);
}

function nameOf(effect: FaultEffect): string {
  return effect.kind === 'odd' && typeof effect.how === 'string' ? `odd ${effect.how}` : effect.kind;
}

/** Whether the client gets to see what the operation found. */
function tells(effect: FaultEffect): boolean {
  return effect.kind === 'odd' ? stillTells(effect.how) : effect.kind === 'slow' || effect.kind === 'foreign';
}

function logEntry(request: ApiRequest, at: number, connection: number): LoggedRequest {
  const headers = Object.entries(request.headers).map(([name, values]) => [name, values.join(', ')]);
  return {
    at,
    method: request.method,
    action: request.action,
    parameters: request.parameters,
    version: request.version,
    nonce: request.headers['x-acs-signature-nonce']?.[0] ?? '',
    accessKeyId: parseAuthorization(request.headers['authorization']?.[0] ?? '')?.accessKeyId ?? '',
    headers: Object.fromEntries(headers),
    connection,
    status: 0,
    requestId: newRequestId(),
  };
}

function act(
  context: ApiServerContext,
  operation: Operation,
  request: ApiRequest,
  { at, effect, logged }: { at: number; effect: FaultEffect | undefined; logged: LoggedRequest },
): Result {
  const { world } = context;
  // By the name that the client knows: a certificate may be for that alone.
  const [scheme] = context.origin().split('//');
  const origin = `${scheme}//${logged.headers['host']}`;
  const parameters = readParameters(request, world.quirks);
  const call: Call = { world, parameters, now: at, origin, logged };
  if (effect?.kind === 'foreign' && effect.when === 'before') deployForeign(effect, call);
  const result = attempt(operation, call, request.malformed);
  if (effect?.kind === 'foreign' && effect.when === 'after') deployForeign(effect, call);
  return result;
}

function readParameters({ parameters, inBody }: ApiRequest, { parameterPlaces }: Quirks): ApiRequest['parameters'] {
  if (parameterPlaces === 'query-and-body') return parameters;
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => inBody.has(name)));
}

// A hand-written world can be broken in ways no check foresees; the client is told, and the emulator lives on.
function attempt(operation: Operation, call: Call, malformed: string | undefined): Result {
  try {
    return perform(operation, call, malformed);
  } catch (error) {
    return refuse('InternalError', `The emulator failed: ${String(error)}`);
  }
}

function deployForeign(effect: FaultEffect & { kind: 'foreign' }, { world, parameters, now }: Call): void {
  const name = parameters['Name'] ?? '';
  if (findRoutine(world, name) === undefined) return;
  const asked = environmentNames.find((known) => known === parameters['Env']);
  const environment = effect.env ?? asked ?? 'production';
  const { codeVersions, lag: reads = 0 } = effect;
  deployUnseen(world, { routine: name, environment, codeVersions, at: now, by: 'somebody else', reads });
}
