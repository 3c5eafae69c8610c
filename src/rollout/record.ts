import type { CodeVersion, Environment, Live, TrafficSplit } from './model.js';
import type { RecordState } from './outcome.js';
import { failed, type Result, succeeded } from './result.js';
import { idOf, readEntries, sameSplit, splitText, toSplit } from './split.js';

/**
 * The record of a rollout: a GitHub Deployment. What is known when it begins stands in its payload, which never changes;
 * what is known when it ends, in the description of its last status. Both are read back strictly: whoever may write
 * deployments may have written anything.
 * Source: https://docs.github.com/en/rest/deployments
 */
export interface RecordPayload {
  readonly routine: string;
  readonly env: Environment;
  /** Empty for a fixed split. */
  readonly canary: CodeVersion;
  /** The split that was live before, as the input `versions` takes it; empty where nothing was. */
  readonly before: string;
  /** Its DeployId, where it has one. */
  readonly beforeDeployment: string;
  /** `versions` or `steps`, as they were asked for. */
  readonly asked: string;
  /** URL of the workflow run. */
  readonly run: string;
  /** Drawn by chance: tells a record whose creation was not answered from all others. */
  readonly key: string;
}

/** One as GitHub lists it. A payload that is not ours is undefined. */
export interface ListedRecord {
  readonly id: number;
  readonly payload: RecordPayload | undefined;
}

export interface RecordStatus {
  readonly state: string;
  readonly description: string;
}

/** A record with its statuses, newest first. */
export interface KnownRecord extends ListedRecord {
  readonly statuses: readonly RecordStatus[];
}

/** What is written as a status, at most 140 characters of description. */
export interface NewStatus {
  readonly state: RecordState;
  readonly description: string;
}

export function taskOf(routine: string, env: Environment): string {
  return `esa:${routine}:${env}`;
}

/** Where users meet what is recorded, if that is known: the domain of a routine leads to its production. */
export function addressOf(env: Environment, live: Live | undefined): string | undefined {
  if (env !== 'production' || live?.kind !== 'serving' || live.host === undefined) return undefined;
  return `https://${live.host}`;
}

/** In characters. */
const LONGEST_DESCRIPTION = 140;
const LONGEST_TEXT = 1_000;

/** A sentence of ours as a description. */
export function description(text: string): string {
  return [...text].slice(0, LONGEST_DESCRIPTION).join('');
}

/** Only what this action writes, of this routine and environment, is a payload. */
export function readPayload(value: unknown, routine: string, env: Environment): RecordPayload | undefined {
  const given = fromJson(value);
  if (typeof given !== 'object' || given === null) return undefined;
  const { canary, before, beforeDeployment, asked, run, key, ...rest } = given as Partial<RecordPayload>;
  if (rest.routine !== routine || rest.env !== env) return undefined;
  if (!isText(asked) || !isText(run) || !matches(key, /^[0-9a-f-]{36}$/)) return undefined;
  if (!matches(canary, /^[0-9]{0,32}$/) || !matches(beforeDeployment, DEPLOYMENT_ID)) return undefined;
  if (!isText(before) || (before !== '' && !toSplit(readEntries(before)).ok)) return undefined;
  return { routine, env, canary, before, beforeDeployment, asked, run, key };
}

/** Where an object was sent, older servers give its JSON back. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

const DEPLOYMENT_ID = /^[0-9A-Fa-f-]{0,64}$/;
const matches = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST_TEXT;

/** How a rollout ended, and what was live then. */
interface RecordEnd {
  readonly outcome: string;
  readonly split: TrafficSplit;
  readonly deploymentId: string;
}

/** The description of the last status: the outcome, the split that is live, and its DeployId. */
export function endText(outcome: string, live: Live | undefined): string {
  if (live === undefined) return `${outcome}: what is live is unknown`;
  if (live.kind === 'nothing') return `${outcome}: nothing is live`;
  const text = `${outcome}: ${splitText(live.split)} by ${live.deploymentId}`;
  // Ids are shorter in practice; half of one would be another.
  return text.length > LONGEST_DESCRIPTION ? outcome : text;
}

export function readEnd(text: string): RecordEnd | undefined {
  const [, outcome, written, deploymentId] =
    /^([a-z-]{1,20}): ([0-9]{1,32}=[0-9]{1,3}(?:,[0-9]{1,32}=[0-9]{1,3})?) by ([0-9A-Fa-f-]{1,64})$/.exec(text) ?? [];
  if (outcome === undefined || written === undefined || deploymentId === undefined) return undefined;
  const split = toSplit(readEntries(written));
  return split.ok ? { outcome, split: split.value, deploymentId } : undefined;
}

/** Of a record whose rollout was followed by that of another. */
export function replaced(by: number): NewStatus {
  return { state: 'inactive', description: `Replaced by the record ${by}` };
}

const FINAL: ReadonlySet<string> = new Set(['success', 'failure', 'error', 'inactive']);

/** Whether its rollout has ended, or another record has taken its place. */
export function isFinished({ statuses }: KnownRecord): boolean {
  return statuses.some(({ state }) => FINAL.has(state));
}

/** Also where a later rollout has made it inactive since. */
export function isFailure({ statuses }: KnownRecord): boolean {
  return statuses.some(({ state }) => state === 'failure' || state === 'error');
}

/** The newest of this canary. */
export function recordOf(records: readonly ListedRecord[], canary: CodeVersion): ListedRecord | undefined {
  return records.find(({ payload }) => payload?.canary === canary);
}

/** The one that this record takes the place of: the newest that is older. GitHub lists the newest first. */
export function recordBefore(records: readonly ListedRecord[], id: number): ListedRecord | undefined {
  return records.find((record) => record.id < id);
}

const RUN_PATH = /^\/[\w.-]{1,100}\/[\w.-]{1,100}\/actions\/runs\/[0-9]{1,20}$/;

/** Why a schedule does not try a canary again. */
export function triedBefore({ payload }: ListedRecord, serverUrl: string): string {
  // The run is a link of ours, or it is not shown.
  const run = payload?.run ?? '';
  const isOurs = serverUrl !== '' && run.startsWith(`${serverUrl}/`) && RUN_PATH.test(run.slice(serverUrl.length));
  const where = isOurs ? ` (${run})` : '';
  return `the record of the last rollout of canary "${payload?.canary ?? ''}" is a failure${where}, and a run with \`wait: false\` does not try it again; name another canary, start the workflow by hand, or set \`retry: true\``;
}

/** `further`: nothing in these says it, but an older one may. */
export type Previous =
  | { readonly kind: 'told'; readonly told: Result<CodeVersion, string> }
  | { readonly kind: 'further' };

/** The version that served at 100 % before what is live, by the records that are known, among all; newest first. */
export function previousIn(known: readonly KnownRecord[], listed: readonly ListedRecord[], live: Live): Previous {
  if (live.kind === 'nothing') return no('nothing is live');
  if (live.deploymentId === '') return no('what is live was not deployed, so no record can fit it');
  const [only, other] = live.split;
  if (other !== undefined) return no('a split is live; end it first, by `versions: canary=100` or `stable=100`');
  for (const record of known) {
    const { statuses, payload } = record;
    const end = statuses
      .map((status) => ({ ...status, end: readEnd(status.description) }))
      .find(({ end: read }) => read);
    if (end?.end?.deploymentId !== live.deploymentId || !sameSplit(end.end.split, live.split)) continue;
    if (end.state !== 'success') continue;
    if (payload === undefined) return no(`the record ${record.id} cannot be read`);
    return servedBefore(only.version, [payload, ...olderThan(record, listed)]);
  }
  return { kind: 'further' };
}

/** Whether a rollout began when this was live already, so that it cannot be what deployed it. */
export function beganFrom({ payload }: ListedRecord, live: Live): boolean {
  return live.kind === 'serving' && live.deploymentId !== '' && payload?.beforeDeployment === live.deploymentId;
}

/** What no request could tell, a clause. */
export const RECORDS_UNREAD = 'the records at GitHub could not be read';

/** A clause: why nobody knows, where none of the records fits. */
export function noPrevious(listed: readonly ListedRecord[], live: Live): string {
  if (listed.length === 0) return 'there is no record of this routine in this environment';
  const id = idOf(live);
  return `deployment ${id} is live, and no recent success on record ended with it: it was deployed without a record, or by a rollback`;
}

function olderThan({ id }: ListedRecord, listed: readonly ListedRecord[]): readonly (RecordPayload | undefined)[] {
  return listed.filter((record) => record.id < id).map(({ payload }) => payload);
}

/**
 * What served before a version, by the record of its promotion. Where that began from a split, as the last of several jobs
 * does, by those before it: each began from a split of the same two versions, until one from one version alone.
 */
function servedBefore(version: CodeVersion, payloads: readonly (RecordPayload | undefined)[]): Previous {
  let beside: CodeVersion | undefined;
  for (const payload of payloads) {
    if (payload === undefined) break;
    if (payload.before === '') return no('the record says that nothing was live before');
    const others = versionsBefore(payload).filter((one) => one !== version);
    const [other, ...more] = others;
    if (other === undefined) return no(`the records say that ${version} served 100 % before as well`);
    if (more.length > 0 || other !== (beside ?? other)) break;
    if (versionsBefore(payload).length === 1) return { kind: 'told', told: succeeded(other) };
    beside = other;
  }
  return no('the record says that a split was live before, and no other says what served 100 % before that');
}

/** Those that were live when a rollout began. */
export function versionsBefore({ before }: RecordPayload): readonly CodeVersion[] {
  const split = toSplit(readEntries(before));
  return split.ok ? split.value.map(({ version }) => version) : [];
}

function no(why: string): Previous {
  return { kind: 'told', told: failed(why) };
}
