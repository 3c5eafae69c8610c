import { withoutStop } from './escape.js';
import type { Fault } from './model.js';

/** What a fault was, with what a support ticket needs; without a full stop. */
export function faultText({ code, requestId, message }: Fault): string {
  const id = requestId === '' ? '' : ` (RequestId ${requestId})`;
  return `${code}${id}${message === '' ? '' : `: ${withoutStop(message)}`}`;
}
