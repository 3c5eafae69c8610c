import { describe, expect, test } from '@jest/globals';
import { BUDGETS, openBudget } from '../../src/github/record-budget.js';
import { patient } from '../../src/github/record-patience.js';
import type { Trouble } from '../../src/github/trouble.js';
import { failed, type Result, succeeded } from '../../src/rollout/result.js';

/** A budget by a clock that moves when it is told to. */
function started(total = 10_000) {
  let now = 0;
  const controller = new AbortController();
  const budget = openBudget(total, controller.signal, () => now);
  const request = (milliseconds: number) =>
    budget.spend(async (most) => {
      now += Math.min(most, milliseconds);
      return { most };
    });
  return {
    budget,
    request,
    cancel: () => controller.abort(),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    signal: controller.signal,
  };
}

describe('the budget of a record', () => {
  test('of both steps together is 15 s', () => {
    expect(BUDGETS.step + BUDGETS.postStep).toBe(15_000);
  });

  test('is what its requests took, and no more than half of it goes to one', async () => {
    const { budget, request, pass } = started();
    expect(await request(60_000)).toEqual({ most: 5_000 });
    pass(3_600_000);
    expect(budget.left()).toBe(5_000);
    expect(await request(3_000)).toEqual({ most: 5_000 });
    expect(await request(3_000)).toEqual({ most: 2_000 });
    expect(await request(1)).toMatchObject({ kind: 'silent', mayHaveActed: false });
  });

  test('is 1.5 s once the workflow is cancelled, and nothing 5 s later', async () => {
    const { budget, request, cancel, pass } = started();
    cancel();
    expect(await request(1_000)).toEqual({ most: 1_500 });
    expect(budget.left()).toBe(500);
    const late = started();
    late.cancel();
    late.pass(5_000);
    expect(late.budget.left()).toBe(0);
    pass(10_000);
    expect(await request(1)).toMatchObject({ kind: 'silent' });
  });

  test('is not more for being cancelled', async () => {
    const { budget, request, cancel } = started(2_000);
    await request(1_000);
    cancel();
    expect(budget.left()).toBe(1_000);
  });
});

describe('patience', () => {
  const away: Trouble = { kind: 'away', said: 'answered HTTP 500', mayHaveActed: true, retryAfter: undefined };
  const limit: Trouble = { ...away, kind: 'limit', mayHaveActed: false, retryAfter: 10 };
  const asking = (answers: readonly Result<number, Trouble>[], signal = new AbortController().signal) => {
    const said: string[] = [];
    let sent = 0;
    const budget = openBudget(10_000, signal, () => performance.now());
    const ask = patient(budget, signal, (sentence) => said.push(sentence));
    const send = async () => answers[Math.min(sent++, answers.length - 1)] ?? succeeded(0);
    return { said, sent: () => sent, ask: (how: 'once' | 'repeatable') => ask(send, how) };
  };

  test.each([
    ['what may have been done, and may be done twice, is sent again', 'repeatable', away, 2],
    ['what may have been done, and must not be, is not', 'once', away, 1],
    ['what was not done is sent again', 'once', { ...away, mayHaveActed: false }, 2],
    ['what a limit refused is sent again when it says', 'once', limit, 2],
    ['not where it says to wait for longer than there is', 'repeatable', { ...limit, retryAfter: 60_000 }, 1],
    ['nor where it does not say', 'repeatable', { ...limit, retryAfter: undefined }, 1],
    ['nor who is silent', 'repeatable', { ...away, kind: 'silent' }, 1],
    ['nor who may not', 'repeatable', { ...away, kind: 'permission' }, 1],
  ] as const)('%s', async (_, how, trouble, times) => {
    const { ask, sent, said } = asking([failed(trouble), succeeded(7)]);
    const answer = await ask(how);
    expect(sent()).toBe(times);
    expect(answer.ok).toBe(times === 2);
    expect(said).toHaveLength(times === 2 ? 0 : 1);
  });

  test('ends, and is told; what asking again does not mend is asked no more', async () => {
    const broken = asking([failed({ ...away, mayHaveActed: false, retryAfter: 1 })]);
    await broken.ask('once');
    expect(broken.sent()).toBe(3);
    expect(broken.said).toHaveLength(1);
    const forbidden = asking([failed({ ...away, kind: 'permission', said: 'answered HTTP 403' })]);
    await forbidden.ask('once');
    await forbidden.ask('once');
    expect(forbidden.sent()).toBe(1);
    expect(forbidden.said[0]).toContain('`permissions: { deployments: write }`');
  });

  test('asks for nothing while a limit lasts, and again when it is over', async () => {
    const { ask, sent } = asking([failed({ ...limit, retryAfter: 60_000 }), succeeded(7)]);
    expect((await ask('once')).ok).toBe(false);
    expect((await ask('once')).ok).toBe(false);
    expect(sent()).toBe(1);
    const brief = asking([failed({ ...limit, retryAfter: 300 }), succeeded(7)]);
    expect(await brief.ask('once')).toEqual(succeeded(7));
    expect(brief.sent()).toBe(2);
  });

  test('has none once the workflow is cancelled, and leaves the words to the post step', async () => {
    const controller = new AbortController();
    controller.abort();
    const { ask, sent, said } = asking([failed(limit)], controller.signal);
    await ask('once');
    expect([sent(), said]).toEqual([1, []]);
  });
});
