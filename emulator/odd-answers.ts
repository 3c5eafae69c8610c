import type { JsonObject } from './exact-json.js';
import type { Result } from './operations/operation.js';

/** Ways in which an answer can be other than documented, though it came with HTTP 200. */
export type OddAnswer =
  /** `Envs[].Env` is written with a capital letter. */
  | 'capital-env'
  | 'envs-null'
  /** Every percentage is 0, and no version stands beside them. */
  | 'all-zero'
  /** `CreationTime` without a zone. */
  | 'zoneless'
  /** The header Date is an hour behind. */
  | 'date-behind'
  /** `RequestId` is this text and no id. */
  | { readonly requestId: string }
  /** `DeploymentId`, where there is one, is missing. */
  | 'no-deployment-id'
  /** No member at all. */
  | 'empty'
  /** Text that is no JSON. */
  | 'not-json';

/** Whether what is live can still be read in such an answer. */
export function stillTells(how: OddAnswer): boolean {
  return !['capital-env', 'envs-null', 'all-zero', 'empty', 'not-json'].includes(how as string);
}

/** The result in that form; what concerns the answer around it stays as it is. */
export function oddResult(how: OddAnswer, result: Result): Result {
  if (result.kind !== 'answer') return result;
  const { body } = result;
  if (typeof how === 'object') return { ...result, body: { ...body, RequestId: how.requestId } };
  switch (how) {
    case 'envs-null':
      return { ...result, body: { ...body, Envs: null } };
    case 'capital-env':
      return { ...result, body: deep(body, 'Env', (env) => `${env.slice(0, 1).toUpperCase()}${env.slice(1)}`) };
    case 'all-zero':
      return { ...result, body: withoutMain(deep(body, 'Percentage', () => 0)) };
    case 'zoneless':
      return { ...result, body: deep(body, 'CreationTime', (time) => time.replace('T', ' ').replace('Z', '')) };
    case 'no-deployment-id':
      return { ...result, body: { ...body, DeploymentId: undefined } };
    case 'date-behind':
    case 'empty':
    case 'not-json':
      return result;
  }
}

/** Beside the split, each environment names the version that serves most. */
function withoutMain(body: JsonObject): JsonObject {
  const envs = body['Envs'];
  if (!Array.isArray(envs)) return body;
  return {
    ...body,
    Envs: envs.map((env: JsonObject) => ({ ...env, CodeVersion: undefined, CanaryCodeVersion: undefined })),
  };
}

/** Every member of that name, however deep. */
function deep(value: JsonObject, name: string, change: (text: string) => string | number): JsonObject {
  const changed = (member: JsonObject[string], key: string): JsonObject[string] => {
    if (Array.isArray(member)) return member.map((one: JsonObject[string]) => changed(one, ''));
    if (typeof member === 'object' && member !== null) return deep(member as JsonObject, name, change);
    return key === name && member !== undefined ? change(String(member)) : member;
  };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, changed(member, key)]));
}

/** Where even the answer around it is odd. */
export function oddReply<R extends { body: string; headers: Readonly<Record<string, string>> }>(
  how: OddAnswer,
  usual: R,
): R {
  if (how === 'empty') return { ...usual, body: '{}' };
  if (how === 'not-json') return { ...usual, body: 'OK', headers: { 'content-type': 'text/plain' } };
  if (how !== 'date-behind') return usual;
  return { ...usual, headers: { ...usual.headers, date: new Date(Date.now() - 3_600_000).toUTCString() } };
}
