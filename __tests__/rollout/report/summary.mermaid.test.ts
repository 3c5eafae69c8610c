import { expect, test } from '@jest/globals';
import { parse } from '@mermaid-js/parser';
import fc from 'fast-check';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { summaryOf } from '../../../src/rollout/report/summary.js';
import { accepted, at, read, serving, splitOf, splitPlan } from '../../support/rollout/builders.js';

const nowhere = { runUrl: '', commit: '', commitUrl: '', actor: '' };

test("the pie of a summary is one to Mermaid's own parser, whatever the service calls a version", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 99 }),
      async (version, weight) => {
        const split = splitOf([`x${version}`, weight], ['100', 100 - weight]);
        const plan = splitPlan(split, serving(1, at(0)));
        const timeline = [accepted(1, split, '2'), read(2, serving(2, split))];
        const run = finishedRun(plan, timeline, { outcome: 'deployed', reason: 'Because.', advice: [] });
        const [, chart = ''] = /```mermaid\n([\s\S]*?)```/.exec(summaryOf(run, nowhere)) ?? [];
        const pie = await parse('pie', chart);
        expect(pie.sections.map((section) => section.value)).toEqual([weight, 100 - weight]);
        expect(pie.showData).toBe(true);
      },
    ),
  );
});
