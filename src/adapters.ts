import type { Endpoint } from './alibaba/call.js';
import { type LogOptions, logReader } from './alibaba/log-service.js';
import { openCredentials } from './credentials/credentials.js';
import { noting } from './esa/deviations.js';
import { esaService } from './esa/service.js';
import { transport } from './esa/transport.js';
import type { Run } from './execute.js';
import { sleepUntil } from './github/cancellation.js';
import { idToken } from './github/id-token.js';
import type { Request } from './inputs/request.js';
import { preconnect } from './network/preconnect.js';
import type { Measure, MeasureBaseline, Remember, UnstampedEvent } from './ports.js';
import type { Reading } from './rollout/decide/plan.js';
import type { Answer, Event, Live, Rollout, Timeline, VersionListing, Wish } from './rollout/model.js';
import { warningOf } from './rollout/report/log-lines.js';
import { openLogWriter } from './rollout/report/log-writer.js';
import { roles, weightOf } from './rollout/split.js';
import type { Secrets } from './secrets/secrets.js';

interface RunOptions {
  readonly cancelled: AbortSignal;
  readonly say: (line: string) => void;
  readonly debug: (line: string) => void;
  readonly warn: (sentence: string) => void;
  readonly secrets: Secrets;
  readonly remember?: Remember;
}

/** One run's adapters around one timeline; each event is a line of the log as it is appended. */
export function openRun(
  request: Request,
  { cancelled, say, debug, warn, secrets, remember = () => true }: RunOptions,
  past: Timeline = [],
) {
  const { wish, credentials: source, endpoint, stsEndpoint, region, apiTimeout: timeout } = request;
  const now = Date.now;
  const ending = new AbortController();
  const timeline: Event[] = [...past];
  const writer = openLogWriter();
  const append = (event: UnstampedEvent) => {
    // What comes after the end was not waited for, and nobody reads of it.
    if (ending.signal.aborted) return;
    const told = writer.write({ at: now(), ...event });
    if (told.event !== undefined) timeline.push(told.event);
    for (const line of told.lines) (event.kind === 'deviated' ? debug : say)(line);
    const warning = told.event && warningOf(wish, told.event);
    if (warning !== undefined) warn(warning);
  };
  const sleep = sleepUntil(cancelled);
  const sts = { endpoint: stsEndpoint, timeout, hurry: AbortSignal.any([cancelled, ending.signal]) };
  const credentials = openCredentials(source, { idToken, sts, append, now, say, secrets });
  const closeUnused = connectAhead(request);
  const send = noting(transport({ endpoint, timeout, hurry: cancelled }, credentials.keys), (deviation) =>
    append({ kind: 'deviated', ...deviation }),
  );
  const { invalidate, renewable } = credentials;
  /** A renewal may be under way in the background; the process does not outlive it by long. */
  const close = () => {
    credentials.close();
    closeUnused();
    if (!ending.signal.aborted) for (const last of writer.end(now())) say(last);
    ending.abort();
  };
  const service = esaService(
    { ...wish, region },
    { send, append, sleep, now, redact: secrets.redact, invalidate, renewable, timeout, hurry: cancelled },
  );
  const measure: Measure = async () => [];
  const measureBaseline: MeasureBaseline = async () => ({ stable: { good: 0, bad: 0 }, unknown: 0, failures: [] });
  const logs = { endpoint: request.logsEndpoint, timeout, hurry: cancelled };
  const logsBy = (advise: LogOptions['advise']) =>
    logReader(logs, { keys: credentials.keys, invalidate, redact: secrets.redact, advise });
  const run = { service, timeline, append, sleep, now, cancelled, measure, measureBaseline, remember } satisfies Run;
  return { ...run, logsBy, close };
}

/** Where a session has to be asked for first, the ways to STS and ESA are opened meanwhile. */
function connectAhead({ credentials, endpoint, stsEndpoint, wish }: Request): () => void {
  if (credentials.kind !== 'oidc') return () => {};
  const urlOf = ({ protocol, host }: Endpoint) => new URL(`${protocol}://${host}`);
  const closeSts = preconnect(urlOf(stsEndpoint), 1);
  // A fixed split reads what is live and what exists at once.
  const closeEsa = preconnect(urlOf(endpoint), wish.goal.kind === 'split' ? 2 : 1);
  return () => {
    closeSts();
    closeEsa();
  };
}

/** What has to be known before anything is decided. A fixed split reads both at once, for speed. */
export async function readFirst(
  wish: Wish,
  { service, append, now }: Pick<Run, 'service' | 'append' | 'now'>,
): Promise<Reading> {
  const { goal } = wish;
  const wanted = goal.kind === 'split' ? goal.split.map((share) => share.version) : undefined;
  const [{ live, at }, listing] = await Promise.all([
    firstLook({ service, now }),
    wanted && service.listVersions(wanted),
  ]);
  const listed = goal.kind === 'rollout' ? await listingFor(goal, live, service) : listing;
  append(live.ok ? { kind: 'read', live: live.value } : { kind: 'read-failed', fault: live.error });
  return { live, listing: listed, at };
}

/**
 * That nothing is live is believed when it is told twice: a first deployment goes to all requests at once, and nothing
 * leads back. Something, told the second time, is what counts, since no deployment can be withdrawn.
 */
async function firstLook({
  service: { readLive },
  now,
}: Pick<Run, 'service' | 'now'>): Promise<{ live: Answer<Live>; at: number }> {
  const first = await readLive(false);
  const live = first.ok && first.value.kind === 'nothing' ? await readLive(false) : first;
  return { live, at: now() };
}

/** A canary that is live is known to exist, so a tick with nothing to do costs one call. */
async function listingFor(
  { canary, allowOlder = false }: Rollout,
  live: Answer<Live>,
  service: Run['service'],
): Promise<Answer<VersionListing> | undefined> {
  if (!live.ok) return undefined;
  if (live.value.kind === 'nothing' || weightOf(live.value.split, canary) === 0) return service.listVersions([canary]);
  const isClear = allowOlder || live.value.split.length === 1 || roles(live.value).canary !== undefined;
  return isClear ? undefined : service.listVersions(live.value.split.map(({ version }) => version));
}
