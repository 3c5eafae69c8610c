import { counted } from '../count.js';
import { durationText } from '../duration.js';
import type { Gate, Step } from '../model.js';
import { AT_ONCE } from './sample.js';
import { type Sensitivity, sensitivityOf } from './sensitivity.js';

/** What is said before anything is written: the load, and what the gate can see. Nothing where no URL is asked. */
export function sensitivityLines(gate: Gate, steps: readonly Step[]): readonly string[] {
  const seen = sensitivityOf(gate, steps);
  if (seen.length === 0) return [];
  const most = Math.max(...seen.map(({ requests }) => requests)) * (60_000 / gate.interval);
  const each = (first: (count: number) => string, at: (one: Sensitivity) => number) =>
    seen.map((one, index) => `${index === 0 ? first(at(one)) : at(one)} at ${one.weight} %`).join(', ');
  const sent = each(
    (count) => counted(count, 'request'),
    ({ requests }) => requests,
  );
  const load = `The gate sends ${sent}, every ${durationText(gate.interval)}: at most ${Math.ceil(most)} a minute, and ${AT_ONCE} at once.`;
  const expected = each(
    (count) => `${counted(count, 'answer')} of the canary`,
    ({ answers: count }) => Math.round(count),
  );
  const answers = `It expects about ${expected}.`;
  const caught = seen.flatMap(({ weight, caught: rate }) =>
    rate === undefined ? [] : [{ weight, rate: percent(rate) }],
  );
  const least = caught.map(({ weight, rate }, index) =>
    index === 0
      ? `A canary that fails ${rate} of its requests is caught with 95 % probability by the end of ${weight} %`
      : `one that fails ${rate} by the end of ${weight} %`,
  );
  const is = gate.mode === 'observe' ? 'would be' : 'is';
  return [
    load,
    answers,
    ...(least.length === 0 ? [] : [`${least.join(', ')}.`]),
    // Whose such a failure is shows only by the answers that are missing.
    ...(gate.mark === undefined || seen.every(({ weight }) => weight === 100)
      ? []
      : [`Failures without \`${gate.mark}\`, as of code that throws, take more to be caught.`]),
    `One with ${gate.successRate} % healthy answers ${is} stopped in less than 1 of 100 rollouts.`,
  ];
}

/** Where even a canary that fails always would go unseen, and what to do about it. */
export function unseenSteps(gate: Gate | undefined, steps: readonly Step[]): readonly string[] {
  if (gate === undefined) return [];
  return sensitivityOf(gate, steps)
    .filter(({ caught }) => caught === undefined)
    .map(({ weight }) =>
      gate.mark === undefined && weight < 100
        ? `At ${weight} % even a canary that fails always would go unseen: its failures hide in the ${percentAllowed(gate)} % that may fail. Name what tells the versions apart in \`gate-version-header\`, or begin with a higher weight.`
        : `At ${weight} % even a canary that fails always may go unseen: too few answers are expected. Bake longer, or check more often by \`gate-interval\`.`,
    );
}

/** What a canary may fail, in percent. */
export function percentAllowed({ successRate }: Gate): string {
  return String(Math.round(1_000 * (100 - successRate)) / 1_000);
}

/** Rounded up, for it is the least that is sure enough. */
function percent(rate: number): string {
  return rate < 0.01 ? `${Math.ceil(1_000 * rate) / 10} %` : `${Math.ceil(100 * rate)} %`;
}
