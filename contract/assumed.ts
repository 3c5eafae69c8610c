import { defaultQuirks, type Quirks } from '../emulator/quirks.js';

/** What the project assumes; the header is one that the emulator has for the sake of its tests. */
const ASSUMED: Readonly<Quirks> = { ...defaultQuirks, versionHeader: false };

/** Longest delay of the edge that is as assumed, in ms. */
const SECONDS = 10_000;

/** Whether what was found is what is assumed. */
export function isAssumed(name: keyof Quirks, value: unknown): boolean {
  if (name === 'edgeDelay') return Number(value) <= SECONDS;
  // No document has a number.
  if (name === 'requestsPerSecond' || name === 'zeroShown') return true;
  if (name === 'throttlingCode') return /Throttling|TooManyRequests/.test(String(value));
  if (typeof value === 'object' && value !== null && 'code' in value)
    return ASSUMED[name] === 'refused' && value.code === 'InvalidParameter';
  return ASSUMED[name] === value;
}
