import { sleepUntil } from './cancellation.js';
import { esaService } from './esa/service.js';
import { transport } from './esa/transport.js';
import type { Run } from './execute.js';
import type { Request } from './inputs.js';
import type { Happening, Measure } from './ports.js';
import type { Answer, Event, Live, VersionListing, Wish } from './rollout/model.js';
import type { Reading } from './rollout/plan.js';
import { describe } from './rollout/report.js';
import { weightOf } from './rollout/split.js';

/** One run's adapters around one timeline; each event is a line of the log as it is appended. */
export function openSession(
  { wish, keys, endpoint, region, apiTimeout }: Request,
  cancelled: AbortSignal,
  say: (line: string) => void,
) {
  const timeline: Event[] = [];
  const note = (happening: Happening) => {
    const event = { at: Date.now(), ...happening };
    timeline.push(event);
    say(describe(event));
  };
  const secrets = [keys.accessKeySecret, keys.securityToken ?? ''].filter((secret) => secret !== '');
  const sleep = sleepUntil(cancelled);
  const send = transport(keys, endpoint, apiTimeout, cancelled);
  const service = esaService({ ...wish, region, secrets }, { send, note, sleep, now: Date.now });
  const none: Measure = async () => [];
  return { service, timeline, note, sleep, cancelled, measure: none } satisfies Run;
}

/** What has to be known before anything is decided. A fixed split reads both at once, for speed. */
export async function readFirst(wish: Wish, { service, note }: Pick<Run, 'service' | 'note'>): Promise<Reading> {
  const { goal } = wish;
  const wanted = goal.kind === 'split' ? goal.split.map((share) => share.version) : undefined;
  const [live, listing] = await Promise.all([service.readLive(), wanted && service.listVersions(wanted)]);
  const listed = goal.kind === 'rollout' ? await listingFor(goal.canary, live, service) : listing;
  note(live.ok ? { kind: 'read', live: live.value } : { kind: 'read-failed', fault: live.fault });
  return { live, listing: listed, at: Date.now() };
}

/** A canary that is live is known to exist, so a tick with nothing to do costs one call. */
async function listingFor(
  canary: string,
  live: Answer<Live>,
  service: Run['service'],
): Promise<Answer<VersionListing> | undefined> {
  if (!live.ok) return undefined;
  const isLive = live.value.kind === 'serving' && weightOf(live.value.split, canary) > 0;
  return isLive ? undefined : service.listVersions([canary]);
}
