import { mayCallLive, type View } from '../truth.js';
import { live, S, so, split, stableAlone } from './checks.js';
import type { Claim } from './vocabulary.js';

/** Sentences on schedules, on since when something is live, and on how long it bakes. */

const scheduled = ({ scenario }: { readonly scenario: { readonly wait: boolean } }) =>
  so(!scenario.wait, 'this run is not one of a schedule');
const canaryAlone = (view: View, canary: string) => mayCallLive(view).some((made) => made.split[canary] === 100);

export const SAID_OF_TIME: readonly Claim[] = [
  {
    says: /It began, since the stable served alone/,
    untrue: (_, view, facts) =>
      scheduled(facts) ?? so(stableAlone(view.before, facts), 'the stable did not serve alone at the first look'),
  },
  {
    says: /If somebody restored the stable on purpose, stop the schedule/,
    untrue: (_, view, facts) => scheduled(facts) ?? so(stableAlone(view.before, facts), 'it did not begin'),
  },
  {
    says: /Stop the schedule: should somebody restore the stable, its next run would roll this canary out again/,
    untrue: (_, view, facts) => scheduled(facts) ?? so(canaryAlone(view, facts.canary), 'the canary is not promoted'),
  },
  {
    says: /Stop the schedule, or name another canary: its next run would try this one again/,
    untrue: (_, view, facts) =>
      scheduled(facts) ??
      so(
        mayCallLive(view).some((made) => stableAlone(made, facts)),
        'it was not rolled back',
      ),
  },
  {
    says: new RegExp(`The canary serves (\\d+) % \\(${S}\\), and bakes for ([\\dhms ]+) more`),
    untrue: ([weight, text, left], view, facts) =>
      so(split(text)[facts.canary] === Number(weight), 'that is another weight') ??
      live(view, text) ??
      endsRight(view, facts.scenario.steps, Number(weight), millisecondsIn(left ?? '')),
  },
  // The first look showed it, and the history knows when it was made.
  {
    says: /(?<!not )live since ([-\dT:.]+Z)/,
    untrue: ([since], view) => {
      const { at = 0 } = view.before ?? {};
      const apart = Math.abs(Date.parse(since ?? '') - at);
      return so(apart <= CUT, `it is live since ${new Date(at).toISOString()}`);
    },
  },
  {
    says: /live, nobody knows since when/,
    untrue: (_, { run }) =>
      so(
        run.requests.some(({ fault = '' }) => fault.startsWith('odd')),
        'every answer told it',
      ),
  },
  {
    says: /(\d+) % is live and is no step; it (?:bakes for (\w+)|does not bake,) like (\d+) %/,
    untrue: ([weight, bake, like], { before, run }, { scenario, canary }) => {
      const below = stepBelow(scenario.steps, Number(weight));
      return (
        so(before?.split[canary] === Number(weight), 'another weight was live') ??
        so(run.wish.kind === 'rollout' && !run.wish.weights.includes(Number(weight)), 'it is a step') ??
        so(below.weight === Number(like), `the step below it is ${below.weight} %`) ??
        so(millisecondsIn(bake ?? '') === below.bake, `that step bakes for ${below.bake} ms`)
      );
    },
  },
];

/** Creation times and the header Date are cut to whole seconds, so that an age is wrong by up to one. In ms. */
const CUT = 1_500;

/** The step that a weight bakes like: itself, the one below it, or the first. */
export function stepBelow(steps: string, weight: number): { readonly weight: number; readonly bake: number } {
  const all = steps.split(', ').map((step) => ({
    weight: Number.parseInt(step, 10),
    bake: millisecondsIn(/for (\w+)/.exec(step)?.[1] ?? ''),
  }));
  return all.findLast((step) => step.weight <= weight) ?? all[0] ?? { weight: 0, bake: 0 };
}

/** `1h30m`, `20ms` or `3 s`. */
export function millisecondsIn(text: string): number {
  const scales: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  return [...text.matchAll(/(\d+) ?(ms|h|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (scales[unit ?? ''] ?? 0),
    0,
  );
}

/**
 * The bake of what is live ends then, neither before nor long after. `left` is counted from the end of the run, in ms.
 */
function endsRight(view: View, steps: string, weight: number, left: number): string | undefined {
  const { run, before } = view;
  const made = mayCallLive(view).findLast((one) => one.split[idOfCanary(view)] === weight);
  const { bake } = stepBelow(steps, weight);
  const at = made?.at ?? before?.at ?? 0;
  return (
    so(run.end + left >= at + bake - CUT, `it bakes until ${new Date(at + bake).toISOString()}`) ??
    so(left <= bake + CUT, `it bakes for ${bake} ms in all`)
  );
}

const idOfCanary = ({ run }: View) => (run.wish.kind === 'rollout' ? run.wish.canary : '');

/** When the next step is due, against when the history says that the bake began. */
export function dueClaims({ scenario }: { readonly scenario: { readonly steps: string } }, view: View): string[] {
  const { outcome, 'next-step-at': due = '' } = view.run.outputs;
  if (outcome !== 'baking') return due === '' ? [] : ['next-step-at: nothing bakes'];
  const weight = Number(view.run.outputs['canary-percentage']);
  const why = endsRight(view, scenario.steps, weight, Date.parse(due) - view.run.end);
  return why === undefined ? [] : [`next-step-at: ${due}, but ${why}`];
}
