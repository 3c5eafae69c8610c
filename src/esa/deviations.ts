import { parseTyped } from '../alibaba/answer.js';
import type { Reply } from '../alibaba/call.js';
import type { Send } from './transport.js';

/** Something that the service answered otherwise than is assumed of it; the facts are those of docs/facts.md. */
export interface Deviation {
  readonly fact: string;
  /** In words of our own: nothing of an answer is in it. */
  readonly seen: string;
}

/** Sends, and notes what of each answer is otherwise than assumed, once for each fact. Nothing is decided by it. */
export function noting(send: Send, note: (deviation: Deviation) => void): Send {
  const noted = new Set<string>();
  return async (operation, parameters) => {
    const reply = await send(operation, parameters);
    for (const deviation of deviationsIn(operation, reply)) {
      if (!noted.has(deviation.fact)) note(deviation);
      noted.add(deviation.fact);
    }
    return reply;
  };
}

/** What is otherwise in one answer. Refusals, and what is no answer at all, are looked at elsewhere. */
export function deviationsIn(operation: string, reply: Reply): readonly Deviation[] {
  if (reply.kind !== 'answer') return [];
  const json = parsed(reply.body);
  if (typeof json !== 'object' || json === null || memberOf(json, 'Code') !== undefined) return [];
  const clock = reply.date === undefined ? [{ fact: 'date-header', seen: 'absent' }] : [];
  switch (operation) {
    case 'GetRoutine':
      return [...clock, ...listOf(json, 'Envs').flatMap(inEnvironment)];
    case 'ListRoutineCodeVersions':
      return [...clock, ...inListing(json)];
    case 'CreateRoutineCodeDeployment':
      return [...clock, ...where(['a number', 'absent'], 'deployment-id-type', memberOf(json, 'DeploymentId'))];
    default:
      return [];
  }
}

function parsed(body: string): unknown {
  try {
    return parseTyped(body);
  } catch {
    return undefined;
  }
}

function inEnvironment(entry: unknown): readonly Deviation[] {
  const deploy = memberOf(entry, 'CodeDeploy');
  const shares = listOf(deploy, 'CodeVersions');
  if (shares.length === 0) return [];
  return [
    ...where(['a number', 'absent'], 'deploy-id-type', memberOf(deploy, 'DeployId')),
    ...creationTime(memberOf(deploy, 'CreationTime')),
    ...shares.flatMap((share) => [
      ...where(['a number'], 'code-version-type', memberOf(share, 'CodeVersion')),
      ...where(['a string'], 'percentage-type', memberOf(share, 'Percentage')),
      ...where(['absent'], 'create-times', memberOf(share, 'CreateTime')),
    ]),
  ];
}

function creationTime(value: unknown): readonly Deviation[] {
  if (typeof value !== 'string') return where(['absent'], 'creation-time', value);
  return /^[0-9-]{10}T[0-9:]{8}Z$/.test(value) ? [] : [{ fact: 'creation-time', seen: 'another form' }];
}

function inListing(json: unknown): readonly Deviation[] {
  return [
    ...where(['absent'], 'total-count', memberOf(json, 'TotalCount')),
    ...listOf(json, 'CodeVersions').flatMap((version) => [
      ...where(['absent'], 'version-status', memberOf(version, 'Status')),
      ...where(['absent'], 'create-times', memberOf(version, 'CreateTime')),
      ...where(['a number'], 'code-version-type', memberOf(version, 'CodeVersion')),
    ]),
  ];
}

type Form = 'absent' | 'a number' | 'a string';

/** A deviation where a value has one of these forms, all of which are understood; any other makes no answer at all. */
function where(forms: readonly Form[], fact: string, value: unknown): readonly Deviation[] {
  const seen = formOf(value);
  return seen !== undefined && forms.includes(seen) ? [{ fact, seen }] : [];
}

function formOf(value: unknown): Form | undefined {
  if (value === undefined || value === null) return 'absent';
  if (typeof value === 'bigint' || typeof value === 'number') return 'a number';
  return typeof value === 'string' ? 'a string' : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}
