import { expect, test } from '@jest/globals';
import type { Outcome } from '../../../src/rollout/outcome.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { summaryOf } from '../../../src/rollout/report/summary.js';
import { at, read, serving, splitPlan } from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const summary = (outcome: Outcome, words: readonly string[]) =>
  summaryOf(finishedRun(splitPlan(at(10), OLD), [read(0, OLD)], { outcome, reason: 'So.', advice: [] }, words), {
    runUrl: '',
    commit: '',
    commitUrl: '',
    actor: '',
  });

const WORDS = ['`latest` is 2, "<b>@all</b> | #1", 3 minutes old', '`stable` is 1, "a ` b", of unknown age'];
const LIST = [
  '- <code>latest</code> is 2, "&#60;b&#62;&#64;<i></i>all&#60;/b&#62; &#124; &#35;<i></i>1", 3 minutes old',
  '- &#96;stable&#96; is 1, "a &#96; b", of unknown age',
].join('\n');

test.each(['planned', 'uploaded'] as const)(
  '%s: what words stood for is a result, and what somebody wrote is text',
  (outcome) => {
    const [open = '', folded] = summary(outcome, WORDS).split('<details>');
    expect(open).toContain(`\n\n${LIST}\n\n`);
    expect(folded).not.toContain('latest');
  },
);

test('of others it is a detail', () => {
  const [open, folded] = summary('failed', WORDS).split('<details>');
  expect(open).not.toContain('latest');
  expect(folded).toContain(`\n\n${LIST}\n`);
});
