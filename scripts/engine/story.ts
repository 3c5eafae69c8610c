import { stripVTControlCharacters } from 'node:util';
import { environmentNames, type World } from '../../emulator/emulator.js';
import type { GitHub } from '../../emulator/github/github.js';
import type { ActLine } from './act.js';
import { NEXT_JOB, REPORTED } from './adapt.js';
import type { Ended } from './engine.js';
import type { StepReport } from './reports.js';

const SHOWN_COMMANDS = new Set(['error', 'warning', 'notice']);
const LONGEST = 100;

/** A line of act as one of the story; undefined where it says nothing of the workflow. */
export function toldLine(line: ActLine): string | undefined {
  const { job, msg, raw_output: printed, stepResult, level } = line;
  const text = stripVTControlCharacters(msg).trimEnd();
  if (job === undefined) return level !== 'error' || text === '' || JOB_FAILED.test(text) ? undefined : text;
  const name = nameOf(job, line.matrix);
  if (name.endsWith(NEXT_JOB) || text.includes('Report to the engine')) return undefined;
  const [, started] = /⭐ Run (?:Main|Post) (.*)/s.exec(text) ?? [];
  if (started !== undefined) return `▸ ${name}: ${text.includes('Run Post') ? 'post: ' : ''}${shortened(started)}`;
  if (stepResult === 'failure') {
    const step = text.replace(/^.*?Failure - \w+ /s, '').replace(/ \[[^\]]*\]$/, '');
    return `  │ ${name} ✗ ${shortened(step)}`;
  }
  // The legs of a matrix run side by side.
  const whose = isLeg(line.matrix) ? `${name}: ` : '';
  const told = printed === true ? text : saidBy(line);
  return told === ''
    ? undefined
    : told
        .split('\n')
        .map((one) => `  │ ${whose}${one}`.trimEnd())
        .join('\n');
}

/** act says it of a job by its expression, or of one within another; what a next job got says it better. */
const JOB_FAILED = /^Error: Job '.*' failed$/s;

const isLeg = (matrix: ActLine['matrix']) => Object.keys(matrix ?? {}).length > 0;

/** Without the workflow's, and without the number that act gives a leg. */
function nameOf(job: string, matrix: ActLine['matrix']): string {
  const name = job.replace(/^[^/]*\//, '').trim();
  return isLeg(matrix) ? name.replace(/-\d+$/, '') : name;
}

/** An annotation, or the summary of a script; the action's says what its lines have said. */
function saidBy({ command, arg = '', kvPairs, content = '', stepID }: ActLine): string {
  if (command === 'summary') return /^\d+$/.test(stepID?.at(-1) ?? '') ? content.trimEnd() : '';
  if (command === undefined || !SHOWN_COMMANDS.has(command)) return '';
  const title = kvPairs?.['title'];
  return `${command}: ${title === undefined ? '' : `${title}: `}${arg.trimEnd()}`;
}

const firstLine = (text: string) => text.split('\n')[0] ?? '';

function shortened(text: string): string {
  const line = firstLine(text).replace(/(?<=@[0-9a-f]{7})[0-9a-f]{33}$/, '');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A line for each record, oldest first, with its states. */
export const toldRecords = ({ deployments }: Pick<GitHub, 'deployments'>): readonly string[] =>
  deployments.toReversed().map(({ environment, task, statuses }) => {
    const states = statuses.map(({ state }) => state).toReversed();
    const said = statuses.find(({ description }) => description !== '')?.description;
    return `  ${environment}, ${task}: ${states.join(', ')}${said === undefined ? '' : ` (${said})`}`;
  });

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
