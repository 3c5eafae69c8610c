import { describe, expect, test } from '@jest/globals';
import { faultSummary, mistakesSummary } from '../../../src/rollout/report/summary.js';

const LIVE = '**What is live was not looked at, and nothing of it has changed:** no request was sent.';
const TODO = '**What to do:** Put right what is named, and run this again.';

describe('a run that ended before anything was read', () => {
  test.each<[Parameters<typeof mistakesSummary>, string]>([
    [
      [['`a` is wrong'], ''],
      `### ⛔ Refused\n\n${LIVE}\n\n**Why:** One thing is wrong, as listed below.\n\n${TODO}\n\n- <code>a</code> is wrong\n\n`,
    ],
    [
      [['a', 'b'], 'r|'],
      `### ⛔ Refused: r&#124;\n\n${LIVE}\n\n**Why:** 2 things are wrong, as listed below.\n\n${TODO}\n\n- a\n- b\n\n`,
    ],
    [
      [['a'], 'r', 4],
      `### ⛔ Refused: r\n\n${LIVE}\n\n**Why:** 5 things are wrong, as listed below.\n\n${TODO}\n\n- a\n\nAnd 4 more.\n\n`,
    ],
  ])('since inputs were wrong: %#', (given, markdown) => {
    expect(mistakesSummary(...given)).toBe(markdown);
  });

  test.each([
    ['', ', with the log.'],
    ['https://x', ' at https://x, with the log.'],
  ])('by a fault of its own: reported at %j', (issues, end) => {
    expect(faultSummary('a|b', issues)).toBe(
      `### ❌ Failed: a fault in this action\n\n**What is live is not known from this run.**\n\n**Why:** a&#124;b\n\n**What to do:** Read what is live with <code>dry-run: true</code>. Please report this${end}\n\n`,
    );
  });
});
