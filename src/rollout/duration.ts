const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const WHOLE = /^(?:[0-9]{1,6}(?:ms|h|m|s))+$/;

/** `90s`, `5m`, `1h30m`, `800ms` -> milliseconds; undefined where a unit is missing, repeated or out of order. */
export function readDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  const parts = [...text.matchAll(/([0-9]+)(ms|h|m|s)/g)].map(([, count, unit]) => ({
    count: Number(count),
    scale: UNITS[unit as keyof typeof UNITS],
  }));
  const descending = parts.every((part, index) => index === 0 || part.scale < (parts[index - 1]?.scale ?? 0));
  return descending ? parts.reduce((sum, { count, scale }) => sum + count * scale, 0) : undefined;
}
