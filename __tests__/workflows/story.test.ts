import { expect, test } from '@jest/globals';
import type { ActLine } from '../../scripts/engine/act.js';
import { toldLine, toldRecords } from '../../scripts/engine/story.js';

const told = (line: Partial<ActLine>) => toldLine({ msg: '', job: 'flow/Roll out', ...line });

test('lines of a leg say whose they are, without the number that act gives it', () => {
  const leg = { job: 'flow/shop-3   ', matrix: { routine: 'shop' } };
  expect(told({ ...leg, msg: 'Waiting\n', raw_output: true })).toBe('  │ shop: Waiting');
  expect(told({ msg: 'Waiting\n', raw_output: true })).toBe('  │ Waiting');
  expect(told({ msg: 'found \u001B[32m\u001B[1m0\u001B[22m\u001B[39m faults\n', raw_output: true })).toBe(
    '  │ found 0 faults',
  );
  expect(told({ ...leg, msg: '⭐ Run Post Roll' })).toBe('▸ shop: post: Roll');
});

test('an annotation is told as its text, each of its lines', () => {
  const msg = '❗  ::error title=a%3A b::c%0Ad\n';
  expect(told({ msg, command: 'error', arg: 'c\nd', kvPairs: { title: 'a: b' } })).toBe('  │ error: a: b: c\n  │ d');
  expect(told({ msg: '⚙  ***', command: 'add-mask', arg: 'secret' })).toBeUndefined();
});

test('the summary of a script is told, that of a step of the action is not', () => {
  const summary = { command: 'summary', content: '| a |\n\n| b |\n' };
  expect(told({ ...summary, stepID: ['1'] })).toBe('  │ | a |\n  │\n  │ | b |');
  expect(told({ ...summary, stepID: ['step-1'] })).toBeUndefined();
});

test('a step is named by its first line, and an action by a short commit', () => {
  const commit = '043fb46d1a93c77aae656e7c1c64a875d1fc6a0a';
  expect(told({ msg: `⭐ Run Main actions/upload-artifact@${commit}` })).toBe(
    '▸ Roll out: actions/upload-artifact@043fb46',
  );
  expect(told({ msg: `⭐ Run Main ${'x'.repeat(101)}\nmore` })).toBe(`▸ Roll out: ${'x'.repeat(100)}…`);
  expect(told({ msg: '  ❌  Failure - Main Upload [3.7ms]', stepResult: 'failure' })).toBe('  │ Roll out ✗ Upload');
});

test('what the engine adds, and what act concludes, is left out; its own mistakes are not', () => {
  expect(told({ job: 'flow/rollout/engine-next-job', msg: '⭐ Run Main x' })).toBeUndefined();
  expect(toldLine({ level: 'error', msg: "Error: Job 'x' failed" })).toBeUndefined();
  expect(toldLine({ level: 'error', msg: 'Error: no such file' })).toBe('Error: no such file');
});

test('a record is told by its states, oldest first, and by what it said last', () => {
  const status = (state: string, description: string) => ({
    ...{ id: 1, state, description, environmentUrl: '', logUrl: '', createdAt: '' },
  });
  const record = (statuses: ReturnType<typeof status>[]) => ({
    ...{ id: 1, sha: '', ref: '', task: 'esa:hello:production', payload: '', environment: 'live', description: '' },
    ...{ transient: false, production: true, autoMerge: false, requiredContexts: [], createdAt: '', statuses },
  });
  const deployments = [record([]), record([status('inactive', ''), status('in_progress', 'begun')])];
  expect(toldRecords({ deployments })).toEqual([
    '  live, esa:hello:production: in_progress, inactive (begun)',
    '  live, esa:hello:production: ',
  ]);
});
