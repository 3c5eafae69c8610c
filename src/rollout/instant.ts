/**
 * Times that the service writes, read with suspicion: `Date.parse` takes "2026", "1" and "-1" for instants, and a time
 * without a zone for one in the zone of whoever reads it.
 */

const RFC_3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/i;
const NANOSECONDS = /^[0-9]{19}$/;

/** The service did not exist before, and none of its times lies after: zero values such as year 1 are no instants. */
const EARLIEST = Date.UTC(2015, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
/** Where nanoseconds in 64 bits end, in the year 2262. In ms. */
const LATEST_OF_IDS = Number(2n ** 63n / 1_000_000n);

/** Ms since the epoch of an RFC 3339 time with its zone, to the whole ms; undefined where the text is none. */
export function readInstant(text: string | undefined): number | undefined {
  const parts = RFC_3339.exec(text ?? '');
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const [zoneHours, zoneMinutes] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || zoneHours > 23 || zoneMinutes > 59) return undefined;
  const milliseconds = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  // The 31st of a month that has 30 days would be the 1st of the next.
  if (new Date(local).getUTCMonth() !== month - 1) return undefined;
  const zone = (parts[8] === '-' ? -1 : 1) * (zoneHours * 60 + zoneMinutes) * 60_000;
  return plausible(local - zone, LATEST);
}

/** Ids count nanoseconds since the epoch in every answer that was ever seen. In ms; undefined where an id does not. */
export function instantOfId(id: string): number | undefined {
  return NANOSECONDS.test(id) ? plausible(Number(BigInt(id) / 1_000_000n), LATEST_OF_IDS) : undefined;
}

function plausible(instant: number, latest: number): number | undefined {
  return instant >= EARLIEST && instant < latest ? instant : undefined;
}

/** RFC 3339 in UTC, to the second. */
export function instantText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** `2026-01-31 02:13:07 UTC`, for whoever holds it against a clock on the wall. */
export function clockText(instant: number): string {
  return `${instantText(instant).replace('T', ' ').slice(0, -1)} UTC`;
}

/** Two servers' clocks may differ by so much. In ns. */
const SKEW = 2_000_000_000n;

/** Of times by one clock. In ns. */
export const SAME_CLOCK = 0n;

/**
 * Surely earlier, by the ids, each of which is a nanosecond time in every sample known; false where nobody can be sure.
 * Their clocks differ by no more than `skew`, in ns.
 */
export function isBefore(one: string, other: string, skew = SKEW): boolean {
  if (instantOfId(one) === undefined || instantOfId(other) === undefined) return false;
  return BigInt(one) + skew < BigInt(other);
}
