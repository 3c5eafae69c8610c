import type { Quirks } from './quirks.js';
import type { Deployment, Share } from './world.js';

/** A deployment as GetRoutine shows it, where that is unverified. */

const heavierFirst = (one: Share, other: Share) => other.percentage - one.percentage;
const olderFirst = (one: Share, other: Share) => Number(BigInt(one.codeVersion) - BigInt(other.codeVersion));

/** In the order in which they are shown. */
export function shownShares({ codeVersions }: Deployment, quirks: Quirks): readonly Share[] {
  const shown = codeVersions.filter(({ percentage }) => percentage > 0 || quirks.zeroShown);
  switch (quirks.versionOrder) {
    case 'asked':
      return shown;
    case 'reversed':
      return shown.toReversed();
    case 'heavier-first':
      return shown.toSorted(heavierFirst);
    case 'lighter-first':
      return shown.toSorted((one, other) => heavierFirst(other, one));
    case 'older-first':
      return shown.toSorted(olderFirst);
    case 'newer-first':
      return shown.toSorted((one, other) => olderFirst(other, one));
  }
}

/** CodeVersion and CanaryCodeVersion; at 100 % both are the one version. */
export function shownMembers({ codeVersions }: Deployment, { splitMembers }: Quirks): readonly (string | undefined)[] {
  if (splitMembers === 'none') return [undefined, undefined];
  const ordered = splitMembers.includes('heavier') ? codeVersions.toSorted(heavierFirst) : codeVersions;
  const [former, latter] = [ordered[0]?.codeVersion ?? '0', ordered.at(-1)?.codeVersion ?? '0'];
  if (splitMembers === 'heavier-heavier') return [former, former];
  const turned = splitMembers === 'lighter-heavier' || splitMembers === 'last-first';
  return turned ? [latter, former] : [former, latter];
}

/** An offset is that of China. */
export function shownCreationTime({ creationTime, at }: Deployment, quirks: Quirks): string | undefined {
  // What somebody wrote into a world by hand is meant as it is.
  if (!/^[\d-]{10}T[\d:]{8}Z$/.test(creationTime)) return creationTime;
  const second = Date.parse(creationTime);
  const isWithin = at !== undefined && Math.floor(at / 1_000) * 1_000 === second;
  const instant = isWithin ? at : second;
  const inChina = new Date(instant + 8 * 3_600_000).toISOString().slice(0, 19);
  switch (quirks.creationTime) {
    case 'seconds':
      return creationTime;
    case 'milliseconds':
      return new Date(instant).toISOString();
    case 'offset':
      return `${inChina}+08:00`;
    case 'zoneless':
      return inChina;
    case 'none':
      return undefined;
  }
}
