import { failedOf } from '../count.js';
import { liveCanaryWeight, type RolloutPlan } from '../decide/course.js';
import { looksIn } from '../decide/ledger.js';
import { durationText, rounded } from '../duration.js';
import { sizeOf, total } from '../judge/evidence.js';
import type { Check } from '../judge/verdict.js';
import { additions } from '../judge/windows.js';
import type { Measurement, Step, Timeline } from '../model.js';
import type { Outcome } from '../outcome.js';
import { checksIn } from './gate-counts.js';
import { row } from './markdown.js';
import { type StepState, stepStates } from './step-states.js';

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  /** Of the steps of one row: one, or all that were not reached. */
  readonly cell: (row: readonly StepState[]) => string;
}

/** The steps of a rollout: how long each was live, what the gate saw there, and what became of it. */
export function stepsTable(plan: RolloutPlan, timeline: Timeline, outcome: Outcome): string {
  if (plan.todo.length === 0) return '';
  const rows = rowsOf(stepStates(plan, timeline, outcome));
  const columns = columnsOf(plan, timeline).filter(({ cell }) => rows.some((steps) => cell(steps) !== ''));
  return [
    row(columns.map(({ name }) => name)),
    row(columns.map(({ isNumber }) => (isNumber ? '--:' : ':--'))),
    ...rows.map((steps) => row(columns.map(({ cell }) => cell(steps)))),
  ].join('\n');
}

/** Of those that were not reached nothing is told but that, so those in a row share one. */
function rowsOf(states: readonly StepState[]): readonly (readonly StepState[])[] {
  const rows: StepState[][] = [];
  for (const one of states) {
    const last = rows.at(-1);
    if (one.state === 'not reached' && last?.[0]?.state === 'not reached') last.push(one);
    else rows.push([one]);
  }
  return rows;
}

function columnsOf(plan: RolloutPlan, timeline: Timeline): readonly Column[] {
  const checksAt = (weight: number) => checksIn(timeline).filter((check) => check.weight === weight);
  const column = (name: string, isNumber: boolean, tell: (step: Step) => string): Column => ({
    name,
    isNumber,
    cell: ([first, ...others]) => (first === undefined || others.length > 0 ? '' : tell(first.step)),
  });
  return [
    { name: 'step', isNumber: true, cell: stepName },
    column('bake', false, (step) => bakeOf(plan, step, timeline)),
    column('after', false, (step) => wentLive(plan, step, timeline)),
    column('checks', false, ({ weight }) => made(checksAt(weight))),
    column('canary failed', true, ({ weight }) => failed(additions(checksAt(weight)), 'canary')),
    column('stable failed', true, ({ weight }) => failed(additions(checksAt(weight)), 'stable')),
    column('share seen', true, ({ weight }) => shareSeen(additions(checksAt(weight)))),
    { name: 'state', isNumber: false, cell: ([first]) => first?.state ?? '' },
  ];
}

function made(checks: readonly Measurement[]): string {
  if (checks.length === 0) return '';
  const [cut, unknown, unnamed] = (['cut', 'unknown', 'unnamed'] as const).map((of) =>
    checks.reduce((sum, check) => sum + check[of], 0),
  ) as [number, number, number];
  return [
    `${checks.length}`,
    ...(cut === 0 ? [] : [`${cut} failed and named no version`]),
    ...(unnamed === 0 ? [] : [`${unnamed} named no version`]),
    ...(unknown === unnamed ? [] : [`${unknown - unnamed} not measured`]),
  ].join(', ');
}

/** `3 of 56`; nothing where none was counted, and both versions together where nobody can tell who answered. */
function failed(checks: readonly Check[], of: 'canary' | 'stable'): string {
  const counts = total(checks.flatMap((check) => check[of] ?? []));
  if (sizeOf(counts) === 0) return '';
  const isMixed = ({ source, stable, weight }: Check) => source === 'gate-url' && stable === undefined && weight < 100;
  const mixed = of === 'canary' && checks.some(isMixed);
  return `${failedOf(counts)}${mixed ? ' of both' : ''}`;
}

/** The share seen beside the share asked for, which is the weight; none where most answers say nothing of it. */
function shareSeen(checks: readonly Measurement[]): string {
  const compared = checks.filter(({ stable }) => stable !== undefined);
  const ours = sizeOf(total(compared.map(({ canary }) => canary)));
  const all = ours + sizeOf(total(compared.flatMap(({ stable }) => stable ?? [])));
  const unnamed = compared.reduce((sum, check) => sum + check.unnamed, 0);
  return all <= unnamed ? '' : `${((100 * ours) / all).toFixed(1)} %`;
}

function wentLive(plan: RolloutPlan, step: Step, timeline: Timeline): string {
  const start = timeline[0]?.at ?? 0;
  const look = looksIn(plan.before, timeline).find(({ live }) => liveCanaryWeight(plan, live) === step.weight);
  if (look === undefined) return '';
  return plan.liveSince !== undefined && step.weight === plan.todo[0]?.weight
    ? 'before this run'
    : durationText(rounded(look.at - start));
}

/** `25 %`, or `25 % to 100 %` where several share a row. */
function stepName(steps: readonly StepState[]): string {
  const [first, last] = [steps[0], steps.at(-1)].map((one) => `${one?.step.weight ?? 0} %`);
  return steps.length > 1 ? `${first} to ${last}` : `${first}`;
}

/** `1m40s of 5m` where it was left before its end, as far as looks have shown. */
function bakeOf(plan: RolloutPlan, { weight, bake }: Step, timeline: Timeline): string {
  if (bake === 0) return 'none';
  const looks = looksIn(plan.before, timeline).map(({ at, live }) => ({ at, weight: liveCanaryWeight(plan, live) }));
  const first = looks.findIndex((look) => look.weight === weight);
  const from = looks[first];
  const isFromBefore = plan.liveSince !== undefined && weight === plan.todo[0]?.weight;
  if (from === undefined || (isFromBefore && plan.bakesAnew)) return durationText(bake);
  const end = looks.slice(first).find((look) => look.weight !== weight)?.at ?? timeline.at(-1)?.at ?? from.at;
  const took = end - (isFromBefore ? Math.min(plan.liveSince ?? from.at, from.at) : from.at);
  return rounded(took) < bake ? `${durationText(rounded(took))} of ${durationText(bake)}` : durationText(bake);
}
