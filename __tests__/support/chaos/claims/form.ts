import type { Facts, View } from '../truth.js';

/** What holds of the form of all that a run leaves, whatever happened to it. */
export function formClaims(_: Facts, view: View): string[] {
  const { log, summary, outputs, requests, logRequests } = view.run;
  const sent = requests.length + logRequests.length;
  const { reason = '', timeline = '' } = outputs;
  const [, told, retries] = /<summary>(\d+) API calls?, (no retry|\d+)/.exec(summary) ?? [];
  const repeated = /^\w+ \(attempt \d+\): .*; again in /m.test(log);
  const annotations = log.split('\n').filter((line) => line.startsWith('::error')).length;
  return [
    ...(/[^.]\.\.(?:\s|$)/m.test(`${reason}\n${log}`) ? ['a sentence ends with two full stops'] : []),
    ...(log.includes('MaxListenersExceededWarning') ? ['Node warns of too many listeners'] : []),
    ...(Buffer.byteLength(timeline) > LONGEST_TIMELINE ? ['timeline: longer than 32 KiB'] : []),
    ...(annotations > MOST_ANNOTATIONS ? [`${annotations} annotations of errors, of which GitHub shows ten`] : []),
    ...(told !== undefined && Number(told) > sent ? [`${told} API calls, but there were ${sent}`] : []),
    ...(retries === 'no retry' && repeated ? ['no retry, though the log has one'] : []),
  ];
}

const LONGEST_TIMELINE = 32 * 1024;
const MOST_ANNOTATIONS = 10;
