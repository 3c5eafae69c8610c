import type { Endpoint } from './alibaba/call.js';
import { type LogOptions, logReader } from './alibaba/log-service.js';
import { openCredentials } from './credentials/credentials.js';
import { esaCalls } from './esa/calls.js';
import { noting } from './esa/deviations.js';
import { serviceBy } from './esa/service.js';
import { transport } from './esa/transport.js';
import type { UploadMeans } from './esa/upload-wish.js';
import type { Run } from './execute.js';
import { sleepUntil } from './github/cancellation.js';
import { idToken } from './github/id-token.js';
import { isDebug, type Log } from './github/log.js';
import { saveState } from './github/runner.js';
import type { Request } from './inputs/request.js';
import { preconnect } from './network/preconnect.js';
import type { Measure, MeasureBaseline, Remember, UnstampedEvent } from './ports.js';
import { readsAtOnce } from './reading.js';
import type { Event, Plan, Timeline } from './rollout/model.js';
import { warningOf } from './rollout/report/log-lines.js';
import { type LogEntry, openSectionWriter } from './rollout/report/log-sections.js';
import { openFullLogWriter, openLogWriter } from './rollout/report/log-writer.js';
import { redactJson, type Secrets } from './secrets/secrets.js';

interface RunOptions {
  readonly cancelled: AbortSignal;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly remember?: Remember;
  /** Sees each event as it is appended. */
  readonly watch?: (event: UnstampedEvent) => void;
  /** What is gone on with, where it was planned by another run. */
  readonly plan?: Plan;
}

/** One run's adapters around one timeline; each event is a line of the log as it is appended. */
export function openRun(
  request: Request,
  { cancelled, log, secrets, remember = () => true, watch = () => {}, plan }: RunOptions,
  past: Timeline = [],
) {
  const { asked, credentials: source, endpoint, stsEndpoint, region, apiTimeout: timeout } = request;
  const now = Date.now;
  const ending = new AbortController();
  const timeline: Event[] = [...past];
  const writer = openSectionWriter(isDebug() ? openFullLogWriter() : openLogWriter(), plan);
  const show = (entries: readonly LogEntry[]) => {
    for (const { how, text } of entries) log[how](text);
  };
  const gate = asked.goal.kind === 'rollout' ? asked.goal.gate : undefined;
  const append = (event: UnstampedEvent) => {
    // What comes after the end was not waited for, and nobody reads of it.
    if (ending.signal.aborted) return;
    const told = writer.write({ at: now(), ...event }, timeline);
    if (told.event !== undefined) timeline.push(told.event);
    show(told.entries);
    watch(event);
    const warning = told.event && warningOf(gate, told.event);
    if (warning !== undefined) log.warn(warning);
  };
  const sleep = sleepUntil(cancelled);
  const sts = { endpoint: stsEndpoint, timeout, hurry: AbortSignal.any([cancelled, ending.signal]) };
  const credentials = openCredentials(source, { idToken, sts, append, now, say: log.say, secrets });
  const closeUnused = connectAhead(request);
  const send = noting(transport({ endpoint, timeout, hurry: cancelled }, credentials.keys), (deviation) =>
    append({ kind: 'deviated', ...deviation }),
  );
  const { invalidate, renewable } = credentials;
  /** A renewal may be under way in the background; the process does not outlive it by long. */
  const close = () => {
    credentials.close();
    closeUnused();
    if (!ending.signal.aborted) show(writer.end(now()));
    ending.abort();
  };
  const { redact } = secrets;
  const means = { append, sleep, now, redact, timeout, hurry: cancelled };
  const calls = esaCalls({ ...asked, region }, { ...means, send, invalidate, renewable });
  const service = serviceBy({ ...asked, region }, calls);
  const uploading: UploadMeans = {
    ...means,
    calls,
    keepSecret: secrets.keep,
    remember: (unfinished) => saveState('unfinished', redactJson(unfinished, redact)).ok,
    isLoopback: endpoint.protocol === 'http',
  };
  const measure: Measure = async () => [];
  const measureBaseline: MeasureBaseline = async () => ({ stable: { good: 0, bad: 0 }, unknown: 0, failures: [] });
  const logs = { endpoint: request.logsEndpoint, timeout, hurry: cancelled };
  const logsBy = (advise: LogOptions['advise']) =>
    logReader(logs, { append, now, keys: credentials.keys, invalidate, redact, advise });
  const run = { service, timeline, append, sleep, now, cancelled, measure, measureBaseline, remember } satisfies Run;
  const follow = (made: Plan) => show(writer.follow(made));
  const output = (text: string) => writer.output(outputLines(redact(text)));
  return { ...run, logsBy, uploading, follow, output, close, credentialsFrom: () => credentials.from };
}

/** What a command printed, set off from lines of the action. */
function outputLines(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  | ${line}`);
}

/** Where a session has to be asked for first, the ways to STS and ESA are opened meanwhile. */
function connectAhead({ credentials, endpoint, stsEndpoint, asked }: Request): () => void {
  if (credentials.kind !== 'oidc') return () => {};
  const urlOf = ({ protocol, host }: Endpoint) => new URL(`${protocol}://${host}`);
  const closeSts = preconnect(urlOf(stsEndpoint), 1);
  const closeEsa = preconnect(urlOf(endpoint), readsAtOnce(asked) ? 2 : 1);
  return () => {
    closeSts();
    closeEsa();
  };
}
