import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Clock, clockIn } from '../../scripts/engine/clock.js';
import { folded } from '../support/action/folded.js';
import { cancelAt, gate, misbehave } from '../support/action/rollout-stage.js';
import { onStage, type Stage } from '../support/action/stage.js';

const script = resolve(import.meta.dirname, '../../../scripts/engine/short-pauses.cjs');
/** A pause of 15 s takes 8 ms, and the service has the same clock. */
const SPEED = 2_000;

async function onClock(play: (stage: Stage, clock: Clock) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const clock = clockIn(folder, script, SPEED);
  await onStage((stage) => play(stage, clock), { now: clock.now }).finally(() => rmSync(folder, { recursive: true }));
}

const bakes = ({ emulator, versions }: Stage, bake: string, interval: string) => ({
  canary: versions[1] ?? '',
  steps: `50% for ${bake}, 100%`,
  ...gate(emulator),
  'gate-interval': interval,
});

test('two hours of bake with a check every 15 s, and a canary that fails in the last minutes, are under 200 lines', async () => {
  await onClock(async (stage, { env }) => {
    const { emulator, versions, run } = stage;
    const { log, outputs } = await run(bakes(stage, '2h', '15s'), env, undefined, {
      onLine: (line) => {
        if (/bakes for [1-9]m/.test(line)) misbehave(emulator, versions[1], { failureShare: 1 });
      },
    });
    expect(outputs['outcome']).toBe('rolled-back');
    const { lines, outside, titles, isWhole } = folded(log);
    expect(lines.length).toBeLessThan(200);
    expect(isWhole).toBe(true);
    expect(titles).toEqual([
      'Before the plan',
      expect.stringMatching(/^Rolling out \d+ on "hello" in production, stable \d+$/),
      'Step 1 of 2: 50 % for 2h',
      'Rollback',
      'Reading the rollback back',
    ]);
    expect(outside).toEqual([
      expect.stringMatching(/^Accepted: \d+=50,\d+=50 as deployment/),
      expect.stringMatching(
        /^\d{3} checks at 50 %: [1-9]\d* of \d+ answers of the canary failed, 0 of \d+ of the stable/,
      ),
      expect.stringMatching(/^The gate failed: /),
      expect.stringMatching(/^Accepted: \d+=100 as deployment/),
      expect.stringMatching(
        /^::error title=rolled-back%3A hello in production::Now production serves \d+=100 again\. The gate failed: /,
      ),
    ]);
    const pulses = lines.filter((line) => line.includes(' bakes for '));
    expect(pulses.length).toBeGreaterThan(40);
  });
}, 120_000);

test('a canary that dies in the last two minutes of two hours is rolled back, by what was seen since', async () => {
  await onClock(async (stage, clock) => {
    const { emulator, versions, run } = stage;
    let diesAt = Number.POSITIVE_INFINITY;
    misbehave(emulator, versions[1], {
      get failureShare() {
        return clock.now() < diesAt ? 0 : 1;
      },
    });
    const { log, outputs } = await run(bakes(stage, '2h', '15s'), clock.env, undefined, {
      onLine: (line) => {
        if (line.startsWith('Accepted: ') && diesAt === Number.POSITIVE_INFINITY) diesAt = clock.now() + 118.5 * 60_000;
      },
    });
    expect(outputs['outcome']).toBe('rolled-back');
    const [, lately, inAll, all] =
      /^The gate failed: (\d+) of the last \1 answers of the canary failed, and 0 of \d+ of the stable \(in all (\d+) of (\d+), and 0 of \d+\); the first was HTTP 500 from /m.exec(
        log,
      ) ?? [];
    expect(inAll).toBe(lately);
    expect(Number(all)).toBeGreaterThan(1_000);
  });
}, 120_000);

test('in a debug log each check has its line', async () => {
  await onClock(async (stage, { env }) => {
    const { log, outputs } = await stage.run(bakes(stage, '20m', '15s'), { ...env, RUNNER_DEBUG: '1' });
    expect(outputs['outcome']).toBe('promoted');
    const checks = log.match(/^Checked at 50 %/gm)?.length;
    const [, told] = /^(\d+) checks at 50 %/m.exec(log) ?? [];
    expect(checks).toBeGreaterThan(10);
    expect(checks).toBe(Number(told));
  });
}, 120_000);

test.each(['SIGINT', 'SIGTERM'] as const)('a run that gets %s ends its groups', async (signal) => {
  await onStage(async ({ versions, run }) => {
    const inputs = { canary: versions[1] ?? '', steps: '50% for 1m, 100%' };
    const { log, outputs } = await run(inputs, {}, undefined, cancelAt('bakes for', signal));
    const { outside, isWhole } = folded(log);
    expect(isWhole).toBe(true);
    expect(outputs['outcome']).toBe('rolled-back');
    expect(outside.map((line) => line.split(':')[0])).toEqual(['Accepted', 'Cancelled', 'Accepted', '']);
  });
});
