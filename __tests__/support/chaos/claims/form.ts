import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { folded } from '../../action/folded.js';
import { anchorOf } from '../../headings.js';
import type { Facts, View } from '../truth.js';

/** What holds of the form of all that a run leaves, whatever happened to it. */
export function formClaims(_: Facts, view: View): string[] {
  const { log, summary, outputs, requests, logRequests, signal } = view.run;
  const sent = requests.length + logRequests.length;
  const { reason = '', timeline = '' } = outputs;
  const [, told, retries] = /<summary>(\d+) API calls?, (no retry|\d+)/.exec(summary) ?? [];
  const repeated = /^\w+ \(attempt \d+\): .*; again in /m.test(log);
  const errors = log.split('\n').filter((line) => line.startsWith('::error'));
  const annotations = errors.length;
  return [
    ...(/[^.]\.\.(?:\s|$)/m.test(`${reason}\n${log}`) ? ['a sentence ends with two full stops'] : []),
    ...(log.includes('MaxListenersExceededWarning') ? ['Node warns of too many listeners'] : []),
    ...(Buffer.byteLength(timeline) > LONGEST_TIMELINE ? ['timeline: longer than 32 KiB'] : []),
    ...(signal === null && !folded(log).isWhole ? ['a group is not ended, or begins within another'] : []),
    ...errors.filter((line) => !isHelped(line)).map((line) => `it leads to no heading of docs/outcomes.md: ${line}`),
    ...(annotations > MOST_ANNOTATIONS ? [`${annotations} annotations of errors`] : []),
    ...(told !== undefined && Number(told) > sent ? [`${told} API calls, but there were ${sent}`] : []),
    ...(retries === 'no retry' && repeated ? ['no retry, though the log has one'] : []),
  ];
}

const LONGEST_TIMELINE = 32 * 1024;
const MOST_ANNOTATIONS = 1;

const HELP = / Help: https:\/\/github\.com\/o\/r\/blob\/v1\/docs\/outcomes\.md#([\w-]+)$/;
const ANCHORS = new Set(
  readFileSync(resolve(import.meta.dirname, '../../../../../docs/outcomes.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('### '))
    .map((line) => anchorOf(line.slice(4))),
);

function isHelped(annotation: string): boolean {
  const [, anchor = ''] = HELP.exec(annotation.replaceAll('%0A', ' ')) ?? [];
  return ANCHORS.has(anchor);
}
