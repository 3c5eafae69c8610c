import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openLog } from '../../src/github/log.js';
import { addSummary, forgetState, saveState, setOutputs } from '../../src/github/runner.js';
import { unwritable } from '../support/github/unwritable.js';

const VARIABLES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const;
const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of VARIABLES)
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
});

/** A file that the runner gives by this variable. */
function given(variable: (typeof VARIABLES)[number], content = ''): string {
  const path = join(folder, variable);
  writeFileSync(path, content);
  process.env[variable] = path;
  return path;
}

describe('where it cannot be written', () => {
  const kinds = unwritable('').map(([kind]) => kind);

  test.each(kinds)('%s as GITHUB_STATE: whoever saves is told', (kind) => {
    process.env['GITHUB_STATE'] = unwritable(join(folder, 'places')).find(([one]) => one === kind)?.[1]() ?? '';
    expect(saveState('stable', '17')).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^GITHUB_STATE could not be written: .*[^.]\.$/),
    });
  });
});

test('what was begun is taken back: half of a value would have the runner refuse the whole file', () => {
  const file = given('GITHUB_OUTPUT', 'of another step\n');
  const second = { toString: () => '' } as string;
  Object.defineProperty(second, 'toJSON', {
    value: () => {
      throw new Error('full.');
    },
  });
  expect(setOutputs({ first: 'x', second })).toEqual({ ok: false, error: 'GITHUB_OUTPUT could not be written: full.' });
  expect(readFileSync(file, 'utf8')).toBe('of another step\n');
});

test('what was saved can be taken back without room on the disk', () => {
  const file = given('GITHUB_STATE');
  expect(saveState('stable', '17')).toEqual({ ok: true });
  expect(readFileSync(file, 'utf8')).toContain('17');
  expect(forgetState()).toEqual({ ok: true });
  expect(readFileSync(file, 'utf8')).toBe('');
  process.env['GITHUB_STATE'] = join(folder, 'no', 'state');
  expect(forgetState().ok).toBe(false);
});

test('a summary is never longer than GitHub takes, and ends with a line', () => {
  const file = given('GITHUB_STEP_SUMMARY');
  addSummary('| ä | b |\n'.repeat(200_000), openLog({ redact: (text) => text }));
  const written = readFileSync(file);
  expect(written.length).toBeGreaterThan(900_000);
  expect(written.length).toBeLessThan(1_024 * 1_024);
  expect(written.toString()).toMatch(
    /\| ä \| b \|\n\nThe rest of this summary is longer than GitHub takes\. The log has it all\.\n$/,
  );
});
