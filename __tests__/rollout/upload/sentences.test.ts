import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Pruning } from '../../../src/rollout/upload/pruning.js';
import {
  besideLines,
  buildFailed,
  buildUnfinished,
  codeChanged,
  formNotUnderstood,
  quotaAdvice,
  sizeText,
  UPLOAD_CANCELLED,
  unmarked,
  uploadedLine,
  uploadLines,
} from '../../../src/rollout/upload/sentences.js';
import { nasty } from '../../support/rollout/nasty.js';

const version = (id: string, description?: string) => ({
  version: id,
  description,
  createdAt: '2026-11-26T01:00:00Z',
  status: 'Available',
  boundTo: undefined,
  commit: undefined,
});

const beside = (pruning: Pruning, isNewRoutine = false) => ({ pruning, isNewRoutine });

describe('what is or would be done', () => {
  const code = { files: 3, size: 1_300_000 };
  const pruning = { remove: [version('16', 'v1')], short: 0 };

  test('is an upload, and what goes for it', () => {
    expect(uploadLines(beside(pruning), code, true)).toEqual([
      'Would upload 3 files, 1.2 MB, as a new version.',
      'Would delete version 16 of 2026-11-26T01:00:00Z ("v1").',
    ]);
    expect(uploadLines(beside({ remove: [], short: 2 }), { files: 1, size: 7 }, false)).toEqual([
      'Uploading one file, 7 B, as a new version.',
      '2 versions more than `keep-versions` says stay: live, needed for a way back, younger than an hour, or of unknown age.',
    ]);
    const ageless = { remove: [{ ...version('16'), createdAt: undefined }], short: 0 };
    expect(uploadLines(beside(ageless), code, false)[1]).toBe('Deleting version 16.');
    expect(uploadLines(beside({ remove: [], short: 1 }), code, false)[1]).toMatch(
      /^One version more than `keep-versions` says stays: /,
    );
    expect(uploadLines(beside({ remove: [], short: 2, unknown: 'oldest' }), code, false)[1]).toBe(
      '2 versions more than `keep-versions` says stay: there are more than the service lists, so which are the oldest is unknown.',
    );
  });

  test('is told again when it is done: what the code is, and what went for it', () => {
    expect(uploadedLine({ version: '18', description: 'by hand', isNew: true }, code)).toBe(
      '`uploaded` is 18, a new version of 3 files, 1.2 MB, "by hand"',
    );
    expect(uploadedLine({ version: '17', description: '', isNew: false }, { files: 1, size: 7 })).toBe(
      '`uploaded` is 17, which was there, the same code: one file, 7 B',
    );
    expect(besideLines(false, [version('16', 'v1')])).toEqual(['Deleted version 16 of 2026-11-26T01:00:00Z ("v1")']);
  });

  test('is a routine, where there is none', () => {
    const none = { remove: [], short: 0 };
    expect(uploadLines(beside(none, true), code, true)[0]).toBe('Would make the routine: there is none of that name.');
    expect(uploadLines(beside(none, true), code, false)[0]).toBe('Making the routine: there is none of that name.');
    expect(besideLines(true, [])).toEqual(['Made the routine: there was none of that name']);
  });

  test('is a line each, whatever a version is described by', () => {
    fc.assert(
      fc.property(nasty, (description) => {
        const what = { remove: [version('16', description)], short: 0 };
        const lines = uploadLines(beside(what), code, false);
        expect(lines).toHaveLength(2);
        for (const line of lines) expect(line).not.toMatch(/[\n\r]|^\s*::|##\[/);
      }),
    );
  });
});

describe('no room for one more version', () => {
  test('what could go is named, oldest first, and how', () => {
    const couldGo = { remove: [version('16'), version('17', 'v2')], short: 1 };
    expect(quotaAdvice(20, 20, couldGo, false)).toBe(
      'The routine has 20 versions; the plan allows 20. These could be deleted, the oldest first: version 16 of 2026-11-26T01:00:00Z, version 17 of 2026-11-26T01:00:00Z ("v2"). With `keep-versions` this action deletes the oldest by itself.',
    );
  });

  test('no more than five are named', () => {
    const remove = Array.from({ length: 9 }, (_, index) => version(`1${index}`));
    expect(quotaAdvice(20, undefined, { remove, short: 0 }, false).match(/version 1\d of/g)).toHaveLength(5);
  });

  test('nothing could go', () => {
    const advice = quotaAdvice(5, undefined, { remove: [], short: 5 }, true);
    expect(advice).toMatch(/^The routine has 5 versions\. None of them may be deleted by this action/);
    expect(advice).toMatch(/Delete some by hand, in the console of ESA\.$/);
    expect(quotaAdvice(5, undefined, { remove: [], short: 5 }, false)).toBe(advice);
    const keeping = quotaAdvice(5, undefined, { remove: [version('16')], short: 4 }, true);
    expect(keeping).toMatch(/give `keep-versions` a smaller number\.$/);
  });

  test('what could go is unknown', () => {
    expect(quotaAdvice(40, 100, { remove: [], short: 40, unknown: 'oldest' }, true)).toBe(
      'The routine has at least 40 versions; the plan allows 100. None is deleted by this action: there are more than the service lists, so which are the oldest is unknown. Delete some by hand, in the console of ESA.',
    );
    expect(quotaAdvice(5, undefined, { remove: [], short: 5, unknown: 'needed' }, false)).toContain(
      'The routine has 5 versions. None is deleted by this action: the records at GitHub could not be read',
    );
  });
});

describe('faults of our own', () => {
  const FINAL = { requestId: '', transient: false, throttled: false, mayHaveActed: false, retryAfter: undefined };

  test('are final, and say what to do', () => {
    expect(buildFailed('17', 'Failed')).toEqual({
      ...FINAL,
      operation: 'GetRoutineCodeVersionInfo',
      code: 'BuildFailed',
      message: 'the service could not build version 17: its status is "Failed"',
      advice: expect.stringContaining('shows the log of the build'),
    });
    expect(buildUnfinished('17', '10m')).toEqual({
      ...FINAL,
      operation: 'GetRoutineCodeVersionInfo',
      code: 'BuildUnfinished',
      message: 'version 17 was not built within 10m',
      advice: expect.stringContaining('Run again'),
    });
    expect(codeChanged('gone')).toEqual({
      ...FINAL,
      operation: 'ReadCode',
      code: 'CodeChanged',
      message: 'the code could not be packed: gone',
      advice: expect.stringContaining('let nothing else write there'),
    });
    expect(formNotUnderstood('Create', 'no key')).toEqual({
      ...FINAL,
      operation: 'Create',
      code: 'AnswerNotUnderstood',
      message: 'the answer is not what the API documents: no key',
      advice: expect.stringContaining('report this'),
    });
    expect(UPLOAD_CANCELLED).toEqual({
      ...FINAL,
      operation: 'Upload',
      code: 'Cancelled',
      message: 'the workflow was cancelled before the code had a version that can be deployed',
      advice: 'Nothing was deployed. Run again.',
    });
  });

  test('hold what came from elsewhere as one line', () => {
    for (const { message } of [buildFailed('17', 'a\nb'), codeChanged('a\nb'), formNotUnderstood('Create', 'a\nb')])
      expect(message).toContain('a\\u000ab');
  });
});

test('code without a mark', () => {
  expect(unmarked('x-canary')).toBe(
    'The code does not hold `__ESA_CANARY_MARK__`, so the gate looks for its version number in `x-canary`, which no code can know before it is uploaded. Let the routine set `x-canary` to the mark, or give what it answers: `gate-version-header: x-canary=VALUE`.',
  );
});

test('sizes', () => {
  expect([0, 1023, 1024, 1_048_575, 1_048_576, 26_214_399].map(sizeText)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KB',
    '1024.0 KB',
    '1.0 MB',
    '25.0 MB',
  ]);
});
