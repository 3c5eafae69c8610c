import { randomUUID } from 'node:crypto';
import { exactJson, type JsonObject } from './exact-json.js';

/** The operation was not carried out. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: string;
  readonly message: string;
  readonly status: number;
  /** Members of the answer beside the usual ones, such as AccessDeniedDetail. */
  readonly detail: JsonObject;
}

/**
 * HTTP status by code or by the code's part before the first dot, where it is not 400. Documents differ
 * about some of these; clients have to go by the code.
 */
const statuses: Readonly<Record<string, number>> = {
  'InvalidAccessKeyId.NotFound': 404,
  'InvalidAction.NotFound': 404,
  'InvalidApi.NotFound': 404,
  'InvalidProduct.NotFound': 404,
  Forbidden: 403,
  NoPermission: 403,
  InternalError: 500,
  ServiceUnavailable: 503,
};

/** The status that usually goes with an error code. */
export function statusOf(code: string): number {
  return statuses[code] ?? statuses[code.split('.')[0] ?? code] ?? 400;
}

/** A refusal with the status of its code. */
export function refuse(code: string, message: string, detail: JsonObject = {}): Refusal {
  return { kind: 'refusal', code, message, status: statusOf(code), detail };
}

/** The body of an error answer. `host` is the Host header of the request. */
export function errorBody(refusal: Pick<Refusal, 'code' | 'message' | 'detail'>, requestId: string, host: string) {
  return exactJson({
    RequestId: requestId,
    HostId: host,
    Code: refusal.code,
    Message: refusal.message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(refusal.code)}&product=ESA&requestId=${requestId}`,
    ...refusal.detail,
  });
}

/** An id as every answer of the API carries one. */
export function newRequestId(): string {
  return randomUUID().toUpperCase();
}
