import { expect, test } from '@jest/globals';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { summaryOf } from '../../../src/rollout/report/summary.js';
import { at, read, serving, splitPlan } from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const summary = (words: readonly string[]) =>
  summaryOf(
    finishedRun(splitPlan(at(10), OLD), [read(0, OLD)], { outcome: 'planned', reason: 'So.', advice: [] }, words),
    {
      runUrl: '',
      commit: '',
      commitUrl: '',
      actor: '',
    },
  );

test('what words stood for comes after the reason, and what somebody wrote is text', () => {
  const words = ['`latest` is 2, "<b>@all</b> | #1", 3 minutes old', '`stable` is 1, "a ` b", of unknown age'];
  expect(summary(words)).toContain(
    [
      'So.',
      '',
      '- <code>latest</code> is 2, "&#60;b&#62;&#64;<i></i>all&#60;/b&#62; &#124; &#35;<i></i>1", 3 minutes old',
      '- &#96;stable&#96; is 1, "a &#96; b", of unknown age',
      '',
      '| version |',
    ].join('\n'),
  );
});

test('where there were none, nothing is said', () => {
  expect(summary([])).toContain('So.\n\n| version |');
});
