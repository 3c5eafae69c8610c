import type { Quirks } from '../../emulator/quirks.js';
import { memberOf, textOf } from '../answers.js';
import { type Finding, strange, told } from '../finding.js';
import type { Look } from '../live.js';

/** Times of one's own that far apart are of two zones, or of a clock that is wrong. In ms. */
const NEAR = 5 * 60_000;
const CHINA = 8 * 3_600_000;

interface Form {
  readonly pattern: RegExp;
  readonly seen: string;
  readonly quirk: Quirks['creationTime'];
}

const DAY_AND_TIME = '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}';
const FORMS: readonly Form[] = [
  { pattern: new RegExp(`^${DAY_AND_TIME}Z$`), seen: 'UTC, whole seconds', quirk: 'seconds' },
  { pattern: new RegExp(`^${DAY_AND_TIME}\\.\\d+Z$`), seen: 'UTC, parts of seconds', quirk: 'milliseconds' },
  { pattern: new RegExp(`^${DAY_AND_TIME}(?:\\.\\d+)?[+-]\\d{2}:?\\d{2}$`), seen: 'with an offset', quirk: 'offset' },
  { pattern: new RegExp(`^${DAY_AND_TIME}(?:\\.\\d+)?$`), seen: 'without a zone', quirk: 'zoneless' },
];

/** `at`: when the deployment was accepted, in ms since the epoch by our clock. */
export function creationTime({ entry, said }: Look, at: number): Finding {
  const fact = 'creation-time';
  const text = textOf(memberOf(entry, 'CodeDeploy', 'CreationTime')) ?? '';
  if (text === '') return told(fact, 'absent', { creationTime: 'none' });
  const form = FORMS.find(({ pattern }) => pattern.test(text));
  if (form === undefined) return strange(fact, 'a form that is not known');
  const off = instantsOf(text).map((instant) => Math.abs(instant - (said.date ?? at)));
  if (Math.min(...off) > NEAR) return strange(fact, `${form.seen}, and off by more than 5 minutes`);
  const zone = form.quirk === 'zoneless' ? `, ${(off[0] ?? 0) <= NEAR ? 'as UTC' : 'as in China'}` : '';
  return told(fact, `${form.seen}${zone}`, { creationTime: form.quirk });
}

/** What a time may mean: without a zone, that of UTC or that of China. */
function instantsOf(text: string): readonly number[] {
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
  if (hasZone) return [Date.parse(text)];
  const utc = Date.parse(`${text.replace(' ', 'T')}Z`);
  return [utc, utc - CHINA];
}

export function deployIdTime({ entry, deployId }: Look, at: number): Finding {
  const fact = 'deploy-id-time';
  if (!/^\d{1,32}$/.test(deployId)) return strange(fact, 'no number at all');
  const text = textOf(memberOf(entry, 'CodeDeploy', 'CreationTime')) ?? '';
  const created = instantsOf(text).filter((instant) => !Number.isNaN(instant));
  const milliseconds = Number(BigInt(deployId) / 1_000_000n);
  // A time of whole seconds is cut off.
  const isExact = created.some((instant) => Math.abs(instant - milliseconds) < 2_000);
  if (isExact) return told(fact, 'the nanoseconds of CreationTime', { deployIds: 'nanoseconds' });
  if (Math.abs(milliseconds - at) < NEAR)
    return told(fact, 'nanoseconds of about that time', { deployIds: 'nanoseconds' });
  return told(fact, `no time; ${deployId.length} digits`, { deployIds: 'counted' });
}
