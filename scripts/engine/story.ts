import { environmentNames, type World } from '../../emulator/emulator.js';
import type { ActLine } from './act.js';
import { NEXT_JOB, REPORTED } from './adapt.js';
import type { Ended } from './engine.js';
import type { StepReport } from './reports.js';

const SHOWN_COMMANDS = new Set(['error', 'warning', 'notice']);

/** A line of act as one of the story; undefined where it says nothing of the workflow. */
export function toldLine({ job, msg, raw_output: printed, command, stepResult, level }: ActLine): string | undefined {
  const text = msg.trimEnd();
  if (job === undefined) return level === 'error' && text !== '' ? text : undefined;
  const name = job.replace(/^[^/]*\//, '');
  if (name === NEXT_JOB || text.includes('Report to the engine')) return undefined;
  const [, started] = /⭐ Run (?:Main|Post) (.*)/s.exec(text) ?? [];
  if (started !== undefined) return `▸ ${name}: ${text.includes('Run Post') ? 'post: ' : ''}${firstLine(started)}`;
  if (stepResult === 'failure') return `  │ ${name} ✗ ${firstLine(text.replace(/^.*?Failure - \w+ /s, ''))}`;
  if (printed === true) return text === '' ? undefined : `  │ ${text}`;
  return command !== undefined && SHOWN_COMMANDS.has(command) ? `  │ ${text.trim()}` : undefined;
}

const firstLine = (text: string) => text.split('\n')[0] ?? '';

/** Of so many routines at most each has its own lines. */
const FEW = 4;

/** What is live, a line for each environment of each routine; where they are many, for all that serve the same. */
export function toldLive(world: World): readonly string[] {
  const all = servedBy(world);
  if (all.length <= 2 * FEW) return all.map(([place, split]) => `  ${place}: ${split}`);
  const placesOf = (split: string) => all.flatMap(([place, its]) => (its === split ? [place] : []));
  return [...new Set(all.map(([, split]) => split))].map((split) => `  ${placesOf(split).join(', ')}: ${split}`);
}

function servedBy({ routines }: World): readonly (readonly [place: string, split: string])[] {
  return Object.entries(routines).flatMap(([name, { versions, environments }]) =>
    environmentNames.map((environment) => {
      const shares = environments[environment].current?.codeVersions ?? [];
      const described = shares.map(({ codeVersion, percentage }) => {
        const version = versions.find((known) => known.codeVersion === codeVersion);
        return `${percentage} % ${codeVersion}${version?.description ? ` (${version.description})` : ''}`;
      });
      return [`${name} ${environment}`, described.join(', ') || 'nothing'] as const;
    }),
  );
}

/** The outputs of the action's steps, as a next job got them. */
export function stepsHanded({ handed }: Pick<Ended, 'handed'>, job: string): Readonly<Record<string, StepReport>> {
  const reported = handed[job]?.outputs[REPORTED];
  return reported === undefined || reported === '' ? {} : (JSON.parse(reported) as Record<string, StepReport>);
}

export function toldOutputs(ended: Pick<Ended, 'handed'>): readonly string[] {
  return Object.entries(ended.handed).flatMap(([job, { result, outputs }]) => {
    const own = Object.entries(outputs).filter(([name]) => name !== REPORTED);
    const steps = Object.entries(stepsHanded(ended, job)).flatMap(([id, step]) =>
      Object.entries(step.outputs)
        .filter(([, value]) => value)
        .map(([name, value]) => `    ${id}.${name}: ${firstLine(value ?? '')}`),
    );
    return [`  ${job}: ${result}`, ...own.map(([name, value]) => `    ${name}: ${firstLine(value)}`), ...steps];
  });
}
