import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../../src/rollout/decide/decide.js';
import { makePlan, type Reading } from '../../../src/rollout/decide/plan.js';
import { instantText } from '../../../src/rollout/instant.js';
import type { Live, Rollout, Step, TrafficSplit, VersionDetails, Wish } from '../../../src/rollout/model.js';
import { describePlan } from '../../../src/rollout/report/log-lines.js';

const NOW = Date.UTC(2026, 10, 25);
const DAY = 24 * 3_600_000;
const STEPS: readonly Step[] = [
  { weight: 5, bake: 300_000 },
  { weight: 25, bake: 600_000 },
  { weight: 100, bake: 0 },
];
/** Created one after the other, a day apart. */
const [B, C, D] = [3, 2, 1].map((ago) => String(BigInt(NOW - ago * DAY) * 1_000_000n + 1n)) as [string, string, string];

const details = (version: string, createdAt: string | undefined): VersionDetails => ({
  version,
  createdAt,
  description: undefined,
  status: undefined,
  boundTo: undefined,
  commit: undefined,
});
const serving = (shares: readonly (readonly [string, number, (string | undefined)?])[], deployedAt?: string): Live => ({
  kind: 'serving',
  deploymentId: '7',
  deployedAt: deployedAt ?? instantText(NOW - 60_000),
  answeredAt: instantText(NOW),
  split: shares.map(([version, weight]) => ({ version, weight })) as unknown as TrafficSplit,
  details: shares.map(([version, , createdAt]) => details(version, createdAt)),
});
const rollout = (canary: string, more: Partial<Rollout> = {}): Rollout => ({
  kind: 'rollout',
  canary,
  steps: STEPS,
  wait: true,
  gate: undefined,
  onFailure: 'rollback',
  onInconclusive: 'rollback',
  onCancel: 'rollback',
  ...more,
});
const wishOf = (goal: Wish['goal'], dryRun = false): Wish => ({
  routine: 'r',
  env: 'production',
  goal,
  expectDeploymentId: undefined,
  dryRun,
});
const listing = (...versions: VersionDetails[]): Reading['listing'] => ({
  ok: true,
  value: { versions, complete: false },
});
const plan = (goal: Rollout, live: Live, listed?: Reading['listing'], dryRun = false) =>
  makePlan(wishOf(goal, dryRun), { live: { ok: true, value: live }, listing: listed, at: NOW });
const mistakes = (...given: Parameters<typeof plan>) => {
  const made = plan(...given);
  return made.kind === 'refused' ? made.mistakes.join('; ') : made.kind;
};

describe('two versions are live', () => {
  const live = serving([
    [C, 10],
    [B, 90],
  ]);

  test('the newer goes on, the older is refused with what to write instead', () => {
    expect(mistakes(rollout(C), live)).toBe('rollout');
    const said = mistakes(rollout(B), live);
    for (const part of [`canary: ${C}`, `versions: ${B}=100`, 'allow-older: true', 'since 2026-11-24T23:59:00Z'])
      expect(said).toContain(part);
  });

  test('whatever the weights, also above the last step, the stable is not taken for a canary', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }), (weight, last) => {
        const steps = [{ weight: last, bake: 0 }];
        const both = serving([
          [B, weight],
          [C, 100 - weight],
        ]);
        expect(plan(rollout(B, { steps }), both).kind).toBe('refused');
        expect(plan(rollout(C, { steps }), both).kind).not.toBe('refused');
      }),
    );
  });

  test('creation times count before ids, of the listing too', () => {
    const [early, late] = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'];
    const turned = serving([
      [C, 10, early],
      [B, 90, late],
    ]);
    expect(mistakes(rollout(B), turned)).toBe('rollout');
    expect(mistakes(rollout(C), turned)).toContain('is the stable of a rollout');
    const unnamed = serving([
      ['1', 10],
      ['2', 90],
    ]);
    const listed = listing(details('1', late), details('2', early));
    expect(mistakes(rollout('1'), unnamed, listed)).toBe('rollout');
    expect(mistakes(rollout('2'), unnamed, listed)).toContain('is the stable of a rollout');
  });

  test.each([
    [undefined, undefined],
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'],
    ['2026-11-01T00:00:00Z', undefined],
    ['2025', '2026'],
    ['2026-11-01T00:00:00', '2026-11-02T00:00:00'],
  ])('created %j and %j, and ids that are no times: refused, unless the user says so', (one, other) => {
    const both = serving([
      ['1', 10, one],
      ['2', 90, other],
    ]);
    for (const canary of ['1', '2']) {
      expect(mistakes(rollout(canary), both)).toContain('nobody knows which of the live versions');
      expect(plan(rollout(canary, { allowOlder: true }), both)).toMatchObject({
        kind: 'rollout',
        stable: canary === '1' ? '2' : '1',
      });
    }
  });

  test('allow-older takes both at their word', () => {
    expect(plan(rollout(B, { allowOlder: true, steps: [{ weight: 100, bake: 0 }] }), live)).toMatchObject({
      kind: 'rollout',
      stable: C,
    });
  });

  test('versions stays free', () => {
    const wish = wishOf({ kind: 'split', split: [{ version: B, weight: 100 }] });
    expect(makePlan(wish, { live: { ok: true, value: live }, listing: listing(), at: NOW }).kind).toBe('deploy');
  });
});

describe('one version is live', () => {
  test('an older canary is refused with what to write instead, a newer one goes on', () => {
    expect(mistakes(rollout(D), serving([[C, 100]]), listing())).toBe('rollout');
    const said = mistakes(rollout(B), serving([[C, 100]]), listing());
    for (const part of ['is older than', `versions: ${B}=100`, 'allow-older: true']) expect(said).toContain(part);
    expect(mistakes(rollout(B, { allowOlder: true }), serving([[C, 100]]), listing())).toBe('rollout');
  });

  test('the creation time of a canary that is not live stands in the listing', () => {
    const live = serving([['2', 100, '2026-11-02T00:00:00Z']]);
    expect(mistakes(rollout('1'), live, listing(details('1', '2026-11-01T00:00:00Z')))).toContain('is older than');
    expect(mistakes(rollout('1'), live, listing(details('1', '2026-11-03T00:00:00Z')))).toBe('rollout');
  });

  test('an order that nobody knows is a doubt', () => {
    const made = plan(rollout('1'), serving([['2', 100]]), listing(details('1', '2026-11-01T00:00:00Z')));
    expect(made).toMatchObject({ kind: 'rollout', stable: '2' });
    expect('doubts' in made && made.doubts.join()).toContain('Whether version "1" is newer than "2"');
  });

  test('the canary itself: unchanged', () => {
    expect(plan(rollout(B), serving([[B, 100]])).kind).toBe('nothing-to-do');
  });
});

describe('a live weight that is no step', () => {
  const at = (weight: number, more: Partial<Rollout> = {}, dryRun = false) =>
    plan(
      rollout(C, more),
      serving([
        [C, weight],
        [B, 100 - weight],
      ]),
      undefined,
      dryRun,
    );

  test('bakes like the step below it, below the first like the first, before anything else is done', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (weight) => {
        const made = at(weight);
        const bake = weight < 25 ? 300_000 : 600_000;
        const todo = [{ weight, bake }, ...STEPS.filter((step) => step.weight > weight)];
        expect(made).toMatchObject({ kind: 'rollout', todo, liveSince: NOW - 60_000 });
        expect(decide(made, [{ at: NOW, kind: 'read', live: made.before ?? { kind: 'nothing' } }])).toMatchObject({
          kind: 'wait',
          purpose: 'bake',
          why: expect.stringContaining(`${weight} % bakes`),
        });
      }),
    );
  });

  test('is told by the plan and by the dry run', () => {
    const sentence = '60 % is live and is no step; it bakes for 10m like 25 %';
    expect(describePlan(at(60)).join('\n')).toContain(sentence);
    expect(decide(at(60, {}, true), [])).toMatchObject({
      conclusion: { outcome: 'planned', reason: expect.stringContaining(sentence) },
    });
    expect(describePlan(at(25)).join('\n')).not.toContain('no step');
  });

  test('above the last step nothing is done', () => {
    expect(at(60, { steps: [{ weight: 25, bake: 1 }] }).kind).toBe('nothing-to-do');
  });
});

describe('an age that nobody knows', () => {
  const at = (weight: number, more: Partial<Rollout>) =>
    plan(
      rollout(C, more),
      serving(
        [
          [C, weight],
          [B, 100 - weight],
        ],
        '2026',
      ),
    );

  test.each([25, 60])('at %d % with wait: false it is refused, and why is told', (weight) => {
    const made = at(weight, { wait: false });
    expect(made).toMatchObject({ kind: 'refused', mistakes: [expect.stringMatching(/"2026".*`wait: true`/)] });
  });

  test.each([25, 60])('at %d % with wait: true the bake starts anew', (weight) => {
    const made = at(weight, {});
    expect(made).toMatchObject({ kind: 'rollout', liveSince: NOW });
    expect('doubts' in made && made.doubts.join()).toContain('starts anew');
    expect(describePlan(made).join('\n')).toContain('nobody knows since when');
  });

  test('does not matter where the step does not bake', () => {
    expect(at(25, { wait: false, steps: STEPS.map((step) => ({ ...step, bake: 0 })) }).kind).toBe('rollout');
  });
});
