import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { adapt, NEXT_JOB, REPORT, REPORTED, type Stage } from '../../scripts/engine/adapt.js';
import { forOlderTools } from '../../scripts/older-tools.js';
import { example, examples, fixture, textOf } from '../support/workflows/engine.js';

const stage: Stage = { api: 'http://127.0.0.1:1', edge: 'http://127.0.0.1:2', rejected: [], outputs: ['outcome'] };
const OURS = /^OWNER\/esa-canary-deploy@/;
const CALLED = /^(?:OWNER\/esa-canary-deploy|\.)\/\.github\/workflows\/[\w-]+\.yml/;
/** What the contract check is told beside what the file says. */
const TOLD_CHECK = / --endpoint http:\S+ --sts-endpoint http:\S+ --url http:\S+/g;
const REPLACED = ['endpoint', 'sts-endpoint', 'gate-logs-endpoint', 'gate-url', 'gate-command'];

interface Part {
  [key: string]: unknown;
}
interface Flow extends Part {
  jobs: Record<
    string,
    Part & { steps?: (Part & { uses?: string; run?: string; with?: Part })[]; outputs?: Part; with?: Part }
  >;
}

/** A workflow without what a copy may have other than the file. */
function rest(text: string): Flow {
  const flow = parse(text) as Flow;
  delete flow.jobs[NEXT_JOB];
  const newer = (holder: Part) => {
    for (const [key, part] of [
      ['environment', 'deployment'],
      ['concurrency', 'queue'],
    ] as const)
      if (typeof holder[key] === 'object') delete (holder[key] as Part)[part];
  };
  newer(flow);
  for (const job of Object.values(flow.jobs)) {
    newer(job);
    delete job.outputs?.[REPORTED];
    if (CALLED.test(String(job['uses']))) job['uses'] = 'called';
    if (Object.keys(job.outputs ?? {}).length === 0) delete job.outputs;
    for (const name of REPLACED) delete job.with?.[name];
    if (job.steps !== undefined) job.steps = job.steps.filter(({ uses }) => uses !== REPORT);
    for (const step of job.steps ?? []) {
      if (step.run !== undefined) step.run = step.run.replaceAll(TOLD_CHECK, '');
      if (!OURS.test(step.uses ?? '')) continue;
      for (const name of REPLACED) delete step.with?.[name];
      if (/^step-\d+$/.test(String(step['id']))) delete step['id'];
    }
  }
  return flow;
}

const workflows = [
  ...examples.map(example),
  ...['builds.yml', 'called/stages.yml', 'judges-logs.yml', 'ten-routines.yml'].map(fixture),
];

describe.each(workflows.map((path) => [basename(path), path]))('%s', (_, path) => {
  const text = textOf(path);
  const { text: copied } = adapt(text, stage);

  test('stays to the letter but for what is replaced and added', () => {
    expect(rest(copied)).toEqual(rest(text));
  });

  test('names no host but of this machine in what the action is told', () => {
    const steps = Object.values((parse(copied) as Flow).jobs).flatMap((job) => job.steps ?? []);
    const told = steps.filter(({ uses }) => OURS.test(uses ?? '')).flatMap((step) => Object.values(step.with ?? {}));
    expect(told.filter((value) => /https:/.test(String(value)))).toEqual([]);
  });

  // But what is left out takes its own along.
  test('keeps its comments', () => {
    for (const [line] of forOlderTools(text).text.matchAll(/^ *#.+$/gm)) expect(copied).toContain(line.trim());
  });
});

test('a call by the name of the action becomes one of the file beside it', () => {
  const { text, replaced, calls } = adapt(textOf(fixture('calls-another.yml')), stage);
  const { jobs, concurrency } = parse(text) as Flow;
  expect(jobs['rollout']?.['uses']).toBe('./.github/workflows/stages.yml');
  expect(jobs['rollout']?.with?.['gate-url']).toBe('http://127.0.0.1:2/production/hello/health');
  expect(concurrency).toEqual({ group: 'calls-another', 'cancel-in-progress': false });
  expect(calls).toEqual(['.github/workflows/stages.yml']);
  expect(replaced).toEqual([
    'OWNER/esa-canary-deploy/.github/workflows/stages.yml@v1 is the file of this repository',
    'the host in gate-url is the edge of the emulator, http://127.0.0.1:2',
    'concurrency.queue is left out, since act does not know it',
  ]);
});

test('the contract check asks this machine alone, each time that it is started', () => {
  const { jobs } = parse(adapt(textOf(example('contract.yml')), stage).text) as Flow;
  const scripts = (jobs['contract']?.steps ?? []).flatMap(({ run }) => run ?? []).join('\n');
  const started = [...scripts.matchAll(/contract\.cjs .*/g)].map(([start]) => start);
  const hosts = '--endpoint http://127.0.0.1:1 --sts-endpoint http://127.0.0.1:1';
  const asked = `contract.cjs --routine "$ROUTINE" --env "$ENVIRONMENT" ${hosts} --url http://127.0.0.1:2/"$ENVIRONMENT"/"$ROUTINE"/ `;
  expect(started.map((start) => start.slice(0, asked.length))).toEqual([asked, asked]);
});

test('a gate keeps the path, and asks the environment and the routine of its step', () => {
  const { jobs } = parse(adapt(textOf(example('rollout.yml')), stage).text) as Flow;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as a workflow has it
  const place = 'http://127.0.0.1:2/${{ inputs.env }}/${{ inputs.routine }}';
  expect(jobs['rollout']?.steps?.[0]?.with?.['gate-url']).toBe(`${place}/health\n${place}/\n`);
});
