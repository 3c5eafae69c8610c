const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const WHOLE = /^(?:[0-9]{1,6}(?:ms|h|m|s))+$/;

/** `90s`, `5m`, `1h30m`, `800ms` -> milliseconds; undefined where a unit is missing, repeated or out of order. */
export function readDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  const parts = [...text.matchAll(/([0-9]+)(ms|h|m|s)/g)].map(([, count, unit]) => ({
    count: Number(count),
    scale: UNITS[unit as keyof typeof UNITS],
  }));
  const descending = parts.every((part, index) => part.scale < (parts[index - 1]?.scale ?? Number.POSITIVE_INFINITY));
  return descending ? parts.reduce((sum, { count, scale }) => sum + count * scale, 0) : undefined;
}

/** The longest units that say it exactly: `1h30m`, `90s` becomes `1m30s`. */
export function durationText(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  const units = [
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
    [1, 'ms'],
  ] as const;
  let rest = whole;
  let text = '';
  for (const [scale, unit] of units) {
    const count = Math.floor(rest / scale);
    rest -= count * scale;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

/** To seconds where it is longer than one: nobody reads the milliseconds of a bake. */
export function rounded(milliseconds: number): number {
  return milliseconds < 1_000
    ? Math.max(0, Math.round(milliseconds / 10) * 10)
    : Math.round(milliseconds / 1_000) * 1_000;
}

/** `0.31 s`: short enough for a table, exact enough to compare. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
