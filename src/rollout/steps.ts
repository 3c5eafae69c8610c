import { durationText, readDuration } from './duration.js';
import { quoted } from './escape.js';
import type { Step } from './model.js';
import { failed, succeeded } from './result.js';
import type { Parsed } from './split.js';

const STEP = /^([1-9][0-9]?|100)\s*%(?:\s+for\s+(\S+))?$/;
/** A bake longer than this outlives any job of GitHub's (6 h hosted, 5 d self-hosted). In ms. */
const LONGEST_BAKE = 5 * 24 * 3_600_000;

/** `5% for 5m, 25% for 10m, 100%`: rising weights, by comma or newline. */
export function readSteps(text: string): Parsed<readonly Step[]> {
  const entries = text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) return failed(['no step is given; such as "5% for 5m, 25% for 10m, 100%"']);
  const read = entries.map(readStep);
  const mistakes = read.flatMap((step) => (step.ok ? [] : step.error));
  const steps = read.flatMap((step) => (step.ok ? [step.value] : []));
  const falling = steps.filter((step, index) => step.weight <= (steps[index - 1]?.weight ?? 0));
  for (const { weight } of falling)
    mistakes.push(`weights must rise, but ${weight} % does not exceed the step before it`);
  return mistakes.length > 0 ? failed(mistakes) : succeeded(steps);
}

function readStep(entry: string): Parsed<Step> {
  const [, weight, bake] = STEP.exec(entry) ?? [];
  if (weight === undefined) {
    return failed([
      `${quoted(entry)} is not a step: it is "WEIGHT%" or "WEIGHT% for DURATION", with a whole weight from 1 to 100`,
    ]);
  }
  const held = bake === undefined ? 0 : readDuration(bake);
  if (held === undefined || held > LONGEST_BAKE) {
    return failed([
      `${quoted(bake ?? '')} in ${quoted(entry)} is not a bake time: it is a duration with its unit up to 120h, such as "5m"`,
    ]);
  }
  return succeeded({ weight: Number(weight), bake: held });
}

/**
 * The step that a live weight stands for. A weight that is none of them bakes like the step below it, or like the first;
 * undefined where it is above the last.
 */
export function stepAt(steps: readonly Step[], weight: number): Step | undefined {
  const next = steps.find((step) => step.weight >= weight);
  return next && stepLike(steps, weight);
}

/** The same also above the last, which it bakes like then. */
export function stepLike(steps: readonly Step[], weight: number): Step {
  const own = steps.find((step) => step.weight === weight);
  return own ?? { weight, bake: bakesLike(steps, weight)?.bake ?? 0 };
}

/** What is said of a live weight that is none of the steps. */
export function strayText(steps: readonly Step[], weight: number): string {
  const like = bakesLike(steps, weight);
  const bakes = like === undefined || like.bake === 0 ? 'does not bake,' : `bakes for ${durationText(like.bake)}`;
  return `${weight} % is live and is no step; it ${bakes} like ${like?.weight ?? 0} %`;
}

function bakesLike(steps: readonly Step[], weight: number): Step | undefined {
  return steps.findLast((step) => step.weight < weight) ?? steps[0];
}

/** The text that the input `steps` takes. */
export function stepsText(steps: readonly Step[]): string {
  return steps.map(({ weight, bake }) => `${weight}%${bake === 0 ? '' : ` for ${durationText(bake)}`}`).join(', ');
}
