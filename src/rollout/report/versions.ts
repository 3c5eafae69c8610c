import { asCode, inMarkdown, quoted } from '../escape.js';
import type { CodeVersion, Live, TrafficSplit, VersionDetails } from '../model.js';
import { liveSplit, sameTraffic, weightOf } from '../split.js';
import type { FinishedRun } from './finished-run.js';
import { row } from './markdown.js';
import { highestOf } from './served.js';
import type { Standing } from './standing.js';

/** How versions are called in the summary, and the one table of them. */

/** `"v3: greet in Spanish" (<code>1795…</code>)`; the number alone where nobody described it. */
export function versionName(version: CodeVersion, run: FinishedRun): string {
  const { description } = detailsOf(version, run);
  const number = asCode(version, 40);
  return description === undefined ? number : `${inMarkdown(quoted(description))} (${number})`;
}

/** What is known of a version; what the last look showed comes first. */
export function detailsOf(version: CodeVersion, { plan, live }: FinishedRun): Partial<VersionDetails> {
  const served = [live, plan.before].flatMap((one) => (one?.kind === 'serving' ? one.details : []));
  const known = [...served, ...('known' in plan ? plan.known : [])].filter((entry) => entry.version === version);
  const description = known.find((entry) => entry.description)?.description;
  const createdAt = known.find((entry) => entry.createdAt)?.createdAt;
  return { ...(description !== undefined && { description }), ...(createdAt !== undefined && { createdAt }) };
}

/** `"a" (<code>1</code>) at 100 %`, or both with their roles, the larger share first. */
export function splitName(split: TrafficSplit, run: FinishedRun): string {
  const [first, second] = split.toSorted((one, other) => other.weight - one.weight);
  if (first === undefined || second === undefined) return `${versionName(split[0].version, run)} at 100 %`;
  const share = ({ version, weight }: typeof first) => {
    const role = roleOf(version, run);
    return `${weight} % ${versionName(version, run)}${role === '' ? '' : `, the ${role}`}`;
  };
  return `${share(first)}, and ${share(second)}`;
}

export function roleOf(version: CodeVersion, { roles }: FinishedRun): '' | 'canary' | 'stable' {
  if (roles.canary?.version === version) return 'canary';
  return roles.canary !== undefined && roles.stable?.version === version ? 'stable' : '';
}

/** Of one version that serves all, before and now, the first line has said everything. */
export function versionsTable(run: FinishedRun, standing: Standing): string {
  const { plan } = run;
  const { before } = plan;
  if (before === undefined || standing.kind === 'unknown') return '';
  const columns = columnsOf(run, before, standing);
  const shares = columns.flatMap(({ split }) => split ?? []);
  const canary = plan.kind === 'rollout' ? [plan.rollout.canary] : [];
  const versions = [...new Set([...shares.map(({ version }) => version), ...canary])];
  if (versions.length < 2) return '';
  const hasRoles = versions.some((version) => roleOf(version, run) !== '');
  const inOrder = versions.toSorted((one, other) => rank(one, run) - rank(other, run));
  const rows = inOrder.map((version) => {
    const { description = '' } = detailsOf(version, run);
    const cell = [asCode(version, 40), inMarkdown(description, 120)].filter((part) => part !== '').join(' ');
    const weights = columns.map(({ weigh }) => weigh(version));
    return row([...(hasRoles ? [roleOf(version, run)] : []), cell, ...weights]);
  });
  return [
    row([...(hasRoles ? ['role'] : []), 'version', ...columns.map(({ name }) => name)]),
    row([...(hasRoles ? [':--'] : []), ':--', ...columns.map(() => '--:')]),
    ...rows,
  ].join('\n');
}

interface Column {
  readonly name: string;
  readonly split: TrafficSplit | undefined;
  readonly weigh: (version: CodeVersion) => string;
}

/** Before, highest and now; now alone where nothing was written; and what would be where that is only planned. */
function columnsOf(
  { plan, timeline, conclusion }: FinishedRun,
  before: Live,
  standing: Exclude<Standing, { kind: 'unknown' }>,
): readonly Column[] {
  const column = (name: string, split: TrafficSplit | undefined, mark = ''): Column => ({
    name,
    split,
    // A cell is as narrow as its text lets it be.
    weigh: (version) => `${mark}${weightOf(split, version)}&nbsp;%${mark}`,
  });
  const now = column(standing.kind === 'read' ? 'now' : 'last seen', liveSplit(standing.live), '**');
  const wrote = timeline.some(({ kind }) => kind === 'accepted' || kind === 'write-failed');
  if (plan.kind === 'deploy' && conclusion.outcome === 'planned') return [now, column('planned', plan.target)];
  if (!wrote && sameTraffic(before, standing.live)) return [now];
  const highest = {
    ...column('highest', undefined),
    weigh: (one: string) => `${highestOf(one, before, timeline)}&nbsp;%`,
  };
  return [column('before', liveSplit(before)), highest, now];
}

function rank(version: CodeVersion, run: FinishedRun): number {
  return ['stable', 'canary', ''].indexOf(roleOf(version, run));
}
