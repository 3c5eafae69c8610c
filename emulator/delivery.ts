import type { ServerResponse } from 'node:http';
import { exactJson } from './exact-json.js';
import type { FaultEffect } from './faults.js';
import { oddReply } from './odd-answers.js';
import type { Result } from './operations/operation.js';
import { errorBody, statusOf } from './refusal.js';
import type { LoggedRequest } from './request-log.js';

/** The status, headers and body of an answer. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Code of an error. */
  readonly code?: string;
}

/** Where an answer goes, and where it is written down that it went. */
export interface Addressee {
  readonly response: ServerResponse;
  readonly logged: LoggedRequest;
  /** The Host header of the request. */
  readonly host: string;
}

const json = { 'content-type': 'application/json;charset=utf-8' };

/** The answer that a result becomes when nothing goes wrong on the way. */
export function replyTo(result: Result, { logged, host }: Addressee): Reply {
  const { requestId } = logged;
  if (result.kind === 'answer') {
    return { status: 200, body: exactJson({ RequestId: requestId, ...result.body }), headers: json };
  }
  return { status: result.status, body: errorBody(result, requestId, host), headers: json, code: result.code };
}

/** Sends a whole answer. */
export function send(reply: Reply, { response, logged }: Addressee): void {
  logged.status = reply.status;
  if (reply.code !== undefined) logged.code = reply.code;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
}

/** Does with the usual answer what the fault wants. `later` calls back after so many ms. */
export function deliver(
  effect: FaultEffect,
  usual: Reply,
  to: Addressee,
  later: (callback: () => void, ms: number) => void,
): void {
  const { response } = to;
  switch (effect.kind) {
    case 'error':
      send(errorReply(effect, to), to);
      break;
    case 'html':
      send({ status: effect.status, body: gatewayPage(effect.status), headers: { 'content-type': 'text/html' } }, to);
      break;
    case 'body': {
      const contentType = effect.contentType === undefined ? json : { 'content-type': effect.contentType };
      send({ status: effect.status, body: effect.body, headers: { ...contentType, ...effect.headers } }, to);
      break;
    }
    case 'slow':
      later(() => send(usual, to), effect.ms);
      break;
    case 'foreign':
      send(usual, to);
      break;
    case 'odd':
      send(oddReply(effect.how, usual), to);
      break;
    case 'late':
      if (effect.code === undefined) response.socket?.destroy();
      else send(errorReply({ ...effect, kind: 'error', code: effect.code }, to), to);
      break;
    case 'reset':
    case 'lost':
      response.socket?.destroy();
      break;
    case 'truncated':
      sendHalf(usual, response);
      break;
    case 'hang':
      break;
  }
}

function sendHalf({ status, headers, body }: Reply, response: ServerResponse): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  // Destroyed only when the half is on its way: else the client would see a reset and no answer at all.
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy());
}

function gatewayPage(status: number): string {
  return `<html>\n<head><title>${status}</title></head>\n<body><h1>${status}</h1></body>\n</html>\n`;
}

function errorReply(effect: FaultEffect & { kind: 'error' }, { logged, host }: Addressee): Reply {
  const { code } = effect;
  const message = effect.message ?? `Scripted fault ${code}.`;
  const retryAfter = effect.retryAfter === undefined ? {} : { 'x-acs-retry-after': String(effect.retryAfter) };
  return {
    status: effect.status ?? statusOf(code),
    body: errorBody({ code, message, detail: {} }, logged.requestId, host),
    headers: { ...json, ...retryAfter },
    code,
  };
}
