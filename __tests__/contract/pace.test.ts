import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PACE, sharedPace } from '../../contract/pace.js';

test('in no stretch of a second do more than two begin, whoever waits and however long is worked between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 1_500 })), { maxLength: 40 }),
      async (work) => {
        let now = 0;
        const clock = {
          now: () => now,
          sleep: async (ms: number) => {
            now += ms;
          },
        };
        const paceBy = sharedPace();
        const [one, other] = [paceBy(clock), paceBy({ ...clock })];
        const begun: number[] = [];
        for (const [first, took] of work) {
          await (first ? one() : other());
          begun.push(now);
          now += took;
        }
        for (const [index, at] of begun.entries())
          expect(at - (begun[index - PACE.most] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(PACE.within);
      },
    ),
  );
});

test('two in a row are not kept waiting', async () => {
  const slept: number[] = [];
  const turn = sharedPace()({ now: () => 0, sleep: async (ms) => void slept.push(ms) });
  await turn();
  await turn();
  expect(slept).toEqual([]);
});
