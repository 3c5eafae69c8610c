import { oneLine, quoted } from '../escape.js';
import type { CodeVersion, Fault, VersionDetails } from '../model.js';
import type { Pruning } from './pruning.js';

/** What is said of an upload: what it would do, and why it failed. */

/** What has to be known of the code to say what would be done with it. */
export interface Sized {
  readonly files: number;
  /** Bytes. */
  readonly size: number;
}

/** What an upload does beside itself. */
export interface Beside {
  readonly pruning: Pruning;
  /** Whether it makes the routine first. */
  readonly isNewRoutine: boolean;
}

/** What is or would be done, before it is; a line each. */
export function uploadLines({ pruning, isNewRoutine }: Beside, code: Sized, isDry: boolean): readonly string[] {
  const { remove, short, unknown } = pruning;
  return [
    ...(isNewRoutine ? [`${isDry ? 'Would make' : 'Making'} the routine: there is none of that name.`] : []),
    `${isDry ? 'Would upload' : 'Uploading'} ${codeText(code)}, as a new version.`,
    ...remove.map((version) => `${isDry ? 'Would delete' : 'Deleting'} ${versionText(version)}.`),
    ...(short === 0 ? [] : [tooFew(short, unknown)]),
  ].map((line) => oneLine(line));
}

function codeText({ files, size }: Sized): string {
  return `${files === 1 ? 'one file' : `${files} files`}, ${sizeText(size)}`;
}

/** The version that the code is, for the summary. */
export function uploadedLine(
  {
    version,
    description,
    isNew,
  }: { readonly version: CodeVersion; readonly description: string; readonly isNew: boolean },
  code: Sized,
): string {
  const how = isNew ? 'a new version of' : 'which was there, the same code:';
  const called = description === '' ? '' : `, ${quoted(description)}`;
  return oneLine(`\`uploaded\` is ${version}, ${how} ${codeText(code)}${called}`);
}

/** What was done beside it, also where the upload itself failed; a line each, for the summary. */
export function besideLines(madeRoutine: boolean, removed: readonly VersionDetails[]): readonly string[] {
  return [
    ...(madeRoutine ? ['Made the routine: there was none of that name'] : []),
    ...removed.map((one) => `Deleted ${versionText(one)}`),
  ].map((line) => oneLine(line));
}

function tooFew(short: number, unknown: Pruning['unknown']): string {
  const what =
    short === 1
      ? 'One version more than `keep-versions` says stays'
      : `${short} versions more than \`keep-versions\` says stay`;
  const why =
    unknown === undefined ? 'live, needed for a way back, younger than an hour, or of unknown age' : UNKNOWN[unknown];
  return `${what}: ${why}.`;
}

const UNKNOWN = {
  oldest: 'there are more than the service lists, so which are the oldest is unknown',
  needed: 'the records at GitHub could not be read, so which of them a way back needs is unknown',
} as const;

function versionText({ version, description, createdAt }: VersionDetails): string {
  const from = createdAt === undefined ? '' : ` of ${createdAt}`;
  return `version ${version}${from}${description === undefined ? '' : ` (${quoted(description)})`}`;
}

/** The gate could tell the canary only by a number that no code can hold before it is uploaded. */
export function unmarked(header: string): string {
  return `The code does not hold \`__ESA_CANARY_MARK__\`, so the gate looks for its version number in \`${header}\`, which no code can know before it is uploaded. Let the routine set \`${header}\` to the mark, or give what it answers: \`gate-version-header: ${header}=VALUE\`.`;
}

/** Of bytes. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** So many are named that could be deleted. */
const MOST_NAMED = 5;

/** What to do where there is no room for one more version. */
export function quotaAdvice(versions: number, quota: number | undefined, couldGo: Pruning, keeps: boolean): string {
  const allowed = quota === undefined ? '' : `; the plan allows ${quota}`;
  const counted = couldGo.unknown === 'oldest' ? `at least ${versions}` : versions;
  return `The routine has ${counted} versions${allowed}. ${whatCouldGo(couldGo, keeps)}`;
}

function whatCouldGo({ remove, unknown }: Pruning, keeps: boolean): string {
  if (unknown !== undefined)
    return `None is deleted by this action: ${UNKNOWN[unknown]}. Delete some by hand, in the console of ESA.`;
  if (remove.length === 0)
    return 'None of them may be deleted by this action: each is live, needed for a way back, younger than an hour, or of unknown age. Delete some by hand, in the console of ESA.';
  const how = keeps
    ? 'Delete some in the console, or give `keep-versions` a smaller number.'
    : 'With `keep-versions` this action deletes the oldest by itself.';
  const named = remove.slice(0, MOST_NAMED).map(versionText);
  return `These could be deleted, the oldest first: ${named.join(', ')}. ${how}`;
}

const BASE = { requestId: '', transient: false, throttled: false, mayHaveActed: false, retryAfter: undefined } as const;

/** The service could make no version of what was uploaded. */
export function buildFailed(version: CodeVersion, status: string): Fault {
  return {
    ...BASE,
    operation: 'GetRoutineCodeVersionInfo',
    code: 'BuildFailed',
    message: `the service could not build version ${version}: its status is ${quoted(status)}`,
    advice:
      'The console shows the log of the build, under Functions and Pages, the routine, its versions. Nothing was deployed.',
  };
}

/** It did not say in time whether it could; `waited` is such a time. */
export function buildUnfinished(version: CodeVersion, waited: string): Fault {
  return {
    ...BASE,
    operation: 'GetRoutineCodeVersionInfo',
    code: 'BuildUnfinished',
    message: `version ${version} was not built within ${waited}`,
    advice: 'Nothing was deployed. Run again; if it persists, open a ticket with the RequestId of the last call.',
  };
}

/** What was read is not there any more as it was. */
export function codeChanged(why: string): Fault {
  return {
    ...BASE,
    operation: 'ReadCode',
    code: 'CodeChanged',
    message: oneLine(`the code could not be packed: ${why}`),
    advice:
      'Upload after the build has ended, in the same job, and let nothing else write there. The disk may be full, too.',
  };
}

export const UPLOAD_CANCELLED: Fault = {
  ...BASE,
  operation: 'Upload',
  code: 'Cancelled',
  message: 'the workflow was cancelled before the code had a version that can be deployed',
  advice: 'Nothing was deployed. Run again.',
};

/** What the post step would need cannot be kept; `why` is a sentence. */
export function stateNotSaved(why: string): Fault {
  return {
    ...BASE,
    operation: 'Upload',
    code: 'StateNotSaved',
    message: `${why} Should this run be killed, the post step could not delete a version that is not finished`,
    advice: 'Free disk space on the runner, and let no step change the file that GITHUB_STATE names.',
  };
}

/** The service's answer does not give out what is needed. */
export function formNotUnderstood(operation: string, why: string): Fault {
  return {
    ...BASE,
    operation,
    code: 'AnswerNotUnderstood',
    message: oneLine(`the answer is not what the API documents: ${why}`),
    advice: 'The API may have changed; please report this with the RequestId.',
  };
}
