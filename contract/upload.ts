import { randomUUID } from 'node:crypto';
import { isVersion, listOf, memberOf, textOf } from './answers.js';
import { type Api, answerOf, type Said } from './api.js';
import type { Target } from './live.js';
import { Stopped } from './stopped.js';

/** The versions that `--upload` makes: two for splits, one bound to the other environment, one that is never finished. */
export interface Uploaded {
  readonly a: string;
  readonly b: string;
  readonly bound: string | undefined;
  readonly unfinished: string | undefined;
}

/** By it a run finds its own versions again, also those that it was killed over. */
export function newMarker(): string {
  return `contract check ${randomUUID()}`;
}

/** Calls of the API, and forms that are posted to its object storage. */
export const UPLOAD_CALLS = { calls: 9, posts: 3 } as const;

export async function uploadAll(target: Target, marker: string): Promise<Uploaded> {
  const other = target.env === 'staging' ? 'production' : 'staging';
  const a = await upload(target, 'a', marker);
  const b = await upload(target, 'b', marker);
  // Not every account can bind; what cannot be made is not told.
  const bound = await upload(target, 'c', marker, other).catch(() => undefined);
  const unfinished = await begin(target.api, target.routine, marker);
  await untilAvailable(target, [a, b]);
  return { a, b, bound, unfinished };
}

/** In ms. */
const LONGEST_BUILD = 60_000;

/** A version may be built for a while before it can be deployed. */
async function untilAvailable({ api, clock, routine }: Target, versions: readonly string[]): Promise<void> {
  const since = clock.now();
  while (clock.now() - since < LONGEST_BUILD) {
    const body = { Name: routine, PageNumber: '1', PageSize: '20' };
    const said = await api.ask('ListRoutineCodeVersions', { body });
    const building = (said.kind === 'answer' ? listOf(memberOf(said.json, 'CodeVersions')) : []).filter(
      (one) =>
        versions.includes(textOf(memberOf(one, 'CodeVersion')) ?? '') &&
        /^init$/i.test(textOf(memberOf(one, 'Status')) ?? ''),
    );
    if (said.kind === 'answer' && building.length === 0) return;
  }
}

/** Answers with its name, by which the checks know it. */
const codeOf = (name: string) =>
  `export default { fetch: () => new Response('contract check ${name}', { headers: { 'x-contract-check': '${name}' } }) };\n`;

/**
 * A form for object storage, the post, and the version that is made of it.
 * Source: https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-getroutinestagingcodeuploadinfo
 */
async function upload(target: Target, name: string, marker: string, deployEnv?: string): Promise<string> {
  const { api, routine } = target;
  const description = { Name: routine, CodeDescription: marker };
  const given = answerOf(
    await api.ask('GetRoutineStagingCodeUploadInfo', { body: description }),
    'GetRoutineStagingCodeUploadInfo',
    target,
  );
  await target.pace();
  await post(memberOf(given, 'OssPostConfig'), codeOf(name), target.hurry);
  const body = { ...description, ...(deployEnv !== undefined && { DeployEnv: deployEnv }) };
  const committed = answerOf(await api.ask('CommitRoutineStagingCode', { body }), 'CommitRoutineStagingCode', target);
  const version = textOf(memberOf(committed, 'CodeVersion')) ?? '';
  if (isVersion(version)) return version;
  throw new Stopped(
    'CommitRoutineStagingCode named no code version.',
    'Run it again with `--versions A,B` in place of `--upload`.',
  );
}

const FIELDS = {
  OSSAccessKeyId: 'OSSAccessKeyId',
  Signature: 'Signature',
  'x-oss-security-token': 'XOssSecurityToken',
  policy: 'policy',
  key: 'key',
  callback: 'callback',
  'x:codeDescription': 'x:codeDescription',
} as const;

/** In ms. */
const TIMEOUT = 60_000;

async function post(config: unknown, code: string, hurry: AbortSignal): Promise<void> {
  const url = textOf(memberOf(config, 'Url')) ?? '';
  const advice = 'Run it again, or with `--versions A,B` in place of `--upload`.';
  if (!/^(?:https:\/\/|http:\/\/127\.0\.0\.1[:/])/.test(url) || !URL.canParse(url))
    throw new Stopped('The service gave no address for the upload.', advice);
  const form = new FormData();
  for (const [field, member] of Object.entries(FIELDS)) {
    const value = textOf(memberOf(config, member)) ?? '';
    if (value !== '') form.append(field, value);
  }
  form.append('success_action_status', '200');
  form.append('file', new Blob([code], { type: 'text/javascript' }), 'index.js');
  const response = await fetch(url, {
    method: 'POST',
    body: form,
    redirect: 'error',
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), hurry]),
  }).catch(() => undefined);
  // What is not read would keep the connection, and with it the process.
  await response?.body?.cancel();
  if (response?.status === 200 || response?.status === 204) return;
  throw new Stopped(
    `The upload was refused: ${response === undefined ? 'no answer' : `HTTP ${response.status}`}.`,
    advice,
  );
}

/** A version whose code never comes stays unfinished. Undefined where the service makes none. */
async function begin(api: Api, routine: string, marker: string): Promise<string | undefined> {
  const body = { Name: routine, CodeDescription: marker };
  const said: Said = await api.ask('CreateRoutineWithAssetsCodeVersion', { body });
  const version = said.kind === 'answer' ? (textOf(memberOf(said.json, 'CodeVersion')) ?? '') : '';
  return isVersion(version) ? version : undefined;
}

/** The versions by whom splits are made where none are uploaded: what is live, and the newest other one, older first. */
export function pairAmong(
  listed: unknown,
  live: string,
  named: readonly [string, string] | undefined,
): [string, string] | undefined {
  const available = listOf(memberOf(listed, 'CodeVersions'))
    .filter((one) => /^(?:available)?$/i.test(textOf(memberOf(one, 'Status')) ?? ''))
    .filter((one) => memberOf(one, 'DeployEnv') === undefined || memberOf(one, 'DeployEnv') === '')
    .map((one) => textOf(memberOf(one, 'CodeVersion')) ?? '')
    .filter(isVersion);
  const other = available
    .filter((version) => version !== live)
    .toSorted(olderFirst)
    .at(-1);
  const pair = named ?? (other === undefined ? undefined : [live, other]);
  const [a, b] = [...(pair ?? [])].toSorted(olderFirst);
  return a === undefined || b === undefined ? undefined : [a, b];
}

/** By their ids, which are of one length as far as is known. */
export function olderFirst(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.padStart(32, '0'));
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
