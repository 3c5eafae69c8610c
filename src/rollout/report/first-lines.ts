import type { RolloutPlan } from '../decide/course.js';
import { stateOf } from '../decide/state.js';
import { durationText, rounded } from '../duration.js';
import { asCode, asSentence } from '../escape.js';
import { clockText } from '../instant.js';
import type { Timeline } from '../model.js';
import { splitText, weightOf } from '../split.js';
import type { FinishedRun } from './finished-run.js';
import { gateCounts } from './gate-counts.js';
import { list } from './markdown.js';
import { highestOf, servedIn } from './served.js';
import type { Standing } from './standing.js';
import { splitName, versionName } from './versions.js';
import { undoInputs, whatToDo } from './what-to-do.js';

/** The first lines, for whoever opens them at night: what is live, what was tried, why, and what to do. Markdown. */
export function firstLines(run: FinishedRun, standing: Standing): readonly string[] {
  const { plan, conclusion } = run;
  const tried = plan.kind === 'rollout' && !plan.wish.dryRun ? triedLine(plan, run, standing) : '';
  return [
    [liveLine(run, standing), tried].filter((line) => line !== '').join(' '),
    `**${conclusion.outcome === 'planned' && plan.kind !== 'report' ? 'Plan' : 'Why'}:** ${whyLine(run)}`,
    conclusion.warning === undefined ? '' : `⚠️ ${asSentence(conclusion.warning, 2000)}`,
    `**What to do:** ${whatToDo(run, standing)
      .map((sentence) => asSentence(sentence, 1000))
      .join(' ')}${undoLine(run)}`,
  ];
}

/** What serves, as the last look showed it, or that nobody knows. */
function liveLine(run: FinishedRun, standing: Standing): string {
  const { env } = run.plan.wish;
  const Env = `${env.slice(0, 1).toUpperCase()}${env.slice(1)}`;
  if (standing.kind === 'unknown')
    return `**What ${env} serves ${standing.tried ? 'could not be read' : 'was not looked at'}.**`;
  const { live, at, isOthers, open } = standing;
  const what = live.kind === 'nothing' ? 'nothing' : splitName(live.split, run);
  const when = at === undefined ? '' : clockText(at);
  const whose = isOthers ? ', which somebody else deployed' : '';
  const sent = [...new Set(open.map(({ split }) => splitText(split)))].map((split) => asCode(split)).join(' and ');
  if (standing.kind === 'read') {
    const mayShow = sent === '' ? '' : ` ⚠️ Sent, and not shown yet: ${sent}. It may still show.`;
    return `**${Env} serves ${what}**${whose}, as read back${when && ` at ${when}`}.${mayShow}`;
  }
  const since = sent === '' ? '' : ` Sent since, and may be live: ${sent}.`;
  return `**What ${env} serves could not be read back.** It was last seen to serve ${what}${whose}${when && `, at ${when}`}.${since}`;
}

/** The version that was tried, at most at which weight, and for how long. */
function triedLine(plan: RolloutPlan, run: FinishedRun, standing: Standing): string {
  const { canary } = plan.rollout;
  const served = servedIn(plan, run.timeline);
  const highest = highestOf(canary, plan.before, run.timeline);
  const open = standing.kind === 'unknown' ? [] : standing.open;
  const isNamed =
    standing.kind !== 'unknown' && standing.live.kind === 'serving' && weightOf(standing.live.split, canary) > 0;
  const name = isNamed ? 'The canary' : `The canary, ${versionName(canary, run)},`;
  // What was sent and not seen may have given it more.
  const most = Math.max(highest, ...open.map(({ split }) => weightOf(split, canary)));
  if (served === undefined) return most === 0 ? `${name} got no traffic.` : `${name} may have had ${most} %.`;
  const took = `${served.isLonger ? 'at least ' : ''}${durationText(rounded(served.took))}`;
  if (standing.kind === 'read' && standing.live.kind === 'serving' && weightOf(standing.live.split, canary) === 100) {
    const by =
      served.weights.length < 2 ? 'at once' : `by ${served.weights.map((one) => `${one} %`).join(', ')}, in ${took}`;
    return plan.stable === undefined ? '' : `It took the place of ${versionName(plan.stable, run)} ${by}.`;
  }
  const had = isNamed ? 'has had' : 'had';
  if (most > highest) return `${name} ${had} ${highest} % for ${took} in all, and may have had ${most} %.`;
  return `${name} ${had} ${highest} % at most, for ${took} in all.`;
}

/** With what the gate has seen, unless that is the reason and says so itself. */
function whyLine({ plan, timeline, conclusion }: FinishedRun): string {
  const { why, reason } = conclusion;
  if (plan.kind === 'refused' && plan.mistakes.length > 1)
    return `Nothing was written:\n\n${list(plan.mistakes.map((mistake) => asSentence(mistake, 1000)))}`;
  const said = asSentence(why ?? reason, 2000);
  if (plan.kind !== 'rollout' || plan.wish.dryRun || isByGate(plan, timeline)) return said;
  return [said, ...gateCounts(plan, timeline).map((sentence) => asSentence(sentence))].join(' ');
}

/** What the gate has seen is the reason. The post step does not know what it had seen. */
function isByGate(plan: RolloutPlan, timeline: Timeline): boolean {
  const { abort, ledger } = stateOf(plan, timeline);
  return abort?.why === 'unhealthy' || abort?.why === 'inconclusive' || ledger.recovering;
}

function undoLine(run: FinishedRun): string {
  const { plan, changed, undo } = run;
  if (plan.before?.kind === 'nothing' && changed && undo === undefined)
    return ' **Undo:** nothing was live before, and ESA cannot withdraw a deployment.';
  const inputs = undoInputs(run);
  if (inputs === undefined) return '';
  const without = plan.kind === 'rollout' ? `, without ${asCode('canary')}, ${asCode('steps')} and the gate` : '';
  return ` **Undo:** run again with ${inputs.map((input) => asCode(input)).join(' and ')}${without}.`;
}
