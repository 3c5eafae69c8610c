import { describe, expect, test } from '@jest/globals';
import { faultSummary, mistakesSummary } from '../../../src/rollout/report/summary.js';

describe('a run that ended before anything was read', () => {
  test.each<[Parameters<typeof mistakesSummary>, string]>([
    [
      [['`a` is wrong'], ''],
      '### ⛔ Refused\n\nNo request was sent, one input is wrong:\n\n- <code>a</code> is wrong\n\n',
    ],
    [[['a', 'b'], 'r|'], '### ⛔ Refused: r&#124;\n\nNo request was sent, 2 things are wrong:\n\n- a\n- b\n\n'],
    [[['a'], 'r', 4], '### ⛔ Refused: r\n\nNo request was sent, 5 things are wrong:\n\n- a\n\nAnd 4 more.\n\n'],
  ])('since inputs were wrong: %#', (given, markdown) => {
    expect(mistakesSummary(...given)).toBe(markdown);
  });

  test.each([
    [
      '',
      '### ❌ Failed: a fault in this action\n\na&#124;b\n\nWhat is live is not known from this run: read it with <code>dry-run</code>. Please report this, with the log.\n\n',
    ],
    [
      'https://x',
      '### ❌ Failed: a fault in this action\n\na&#124;b\n\nWhat is live is not known from this run: read it with <code>dry-run</code>. Please report this at https://x, with the log.\n\n',
    ],
  ])('by a fault of its own: reported at %j', (issues, markdown) => {
    expect(faultSummary('a|b', issues)).toBe(markdown);
  });
});
