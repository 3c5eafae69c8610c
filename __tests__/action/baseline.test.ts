import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deploy, type Emulator } from '../../emulator/emulator.js';
import { cancelAt, gate, misbehave, weights } from '../support/action/rollout-stage.js';
import { onStage, SHORT_PAUSES, writes } from '../support/action/stage.js';

/** What the stable answers alone, before the first step of a rollout whose answers nobody can tell apart. */

const unmarked = (emulator: Emulator) => ({
  'gate-url': `${emulator.edge}/production/hello/`,
  'gate-interval': '1s',
});
const STEPS = '50% for 1s, 100%';

interface Told {
  readonly kind: string;
  readonly stable?: object;
}
const told = ({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) =>
  (JSON.parse(outputs['timeline'] ?? '') as Told[]).filter(({ kind }) => kind !== 'called' && kind !== 'deviated');

describe('the stable is asked alone', () => {
  test('before anything is written, and told in the log and the summary', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const inputs = { canary: versions[1] ?? '', steps: STEPS, ...unmarked(emulator) };
      const result = await run(inputs, SHORT_PAUSES);
      expect(result.outputs['outcome']).toBe('promoted');
      const events = told(result);
      expect(events.slice(0, 4).map(({ kind }) => kind)).toEqual(['read', 'baseline', 'read', 'accepted']);
      expect(events[1]).toMatchObject({ version: versions[0], stable: { good: 22, bad: 0 }, unknown: 0 });
      expect(result.log).toContain('Before the first step the gate asks the stable alone, with 22 requests.');
      expect(result.log).toContain(`Before the first step: 0 of 22 answers of the stable ${versions[0]} failed`);
      expect(result.summary).toContain('0 of 22 answers of the stable failed before the first step.');
      expect(result.log).not.toContain('::warning');
    });
  });

  test('and told in the reason where the canary is stopped', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      const result = await run({ canary: versions[1] ?? '', steps: STEPS, ...unmarked(emulator) }, SHORT_PAUSES);
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toContain(
        'before the first step 0 of 22 answers of the stable failed; it may be to blame all the same',
      );
      expect(weights(stage)).toEqual([50, 0]);
    });
  });

  test('one that fails already is a warning before the write; it goes on, and the reason says who may be to blame', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[0], { failureShare: 1 });
      let warnedAt: number | undefined;
      const inputs = { canary: versions[1] ?? '', steps: STEPS, ...unmarked(emulator) };
      const result = await run(inputs, SHORT_PAUSES, undefined, {
        onLine: (line) => {
          if (line.startsWith('::warning::Before the first step ')) warnedAt = writes(emulator);
        },
      });
      expect(warnedAt).toBe(0);
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(weights(stage)).toEqual([50, 0]);
      expect(result.outputs['reason']).toContain(
        'before the first step 22 of 22 answers of the stable failed already, so the stable may be to blame',
      );
      expect(result.summary).toMatch(
        /⚠️ Before the first step 22 of 22 answers of the stable \d+ failed, more than the 1 %/,
      );
    });
  });

  test('nothing is written where the workflow is cancelled meanwhile', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[0], { latency: 5_000 });
      const inputs = { canary: versions[1] ?? '', steps: STEPS, ...unmarked(emulator) };
      const result = await run(inputs, {}, undefined, cancelAt('Before the first step the gate asks'));
      expect(result.outputs['outcome']).toBe('held');
      expect(result.outputs['reason']).toContain('Nothing was written');
      expect(writes(emulator)).toBe(0);
      expect(told(result).map(({ kind }) => kind)).not.toContain('baseline');
    });
  });

  test('by its URLs alone: the command is run at a step', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const folder = mkdtempSync(join(tmpdir(), 'baseline-'));
      const checks = join(folder, 'checks');
      const inputs = { steps: STEPS, ...unmarked(emulator), 'gate-command': `echo $CANARY_WEIGHT >> ${checks}` };
      const result = await run({ canary: versions[1] ?? '', ...inputs }, SHORT_PAUSES);
      expect(told(result).filter(({ kind }) => kind === 'baseline')).toHaveLength(1);
      expect(existsSync(checks) ? [...new Set(readFileSync(checks, 'utf8').trim().split('\n'))] : []).toEqual(['50']);
      rmSync(folder, { recursive: true });
    });
  });

  test('by the tick that begins, and by no other', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const inputs = { canary: versions[1] ?? '', steps: '50% for 1h, 100%', wait: 'false', ...unmarked(emulator) };
      const kinds = async () => told(await run(inputs)).map(({ kind }) => kind);
      expect(await kinds()).toContain('baseline');
      expect(await kinds()).not.toContain('baseline');
    });
  });

  test.each<[string, (emulator: Emulator) => Record<string, string>]>([
    ['with a header', (emulator) => ({ ...gate(emulator), steps: STEPS })],
    ['by a command', () => ({ 'gate-command': 'true', steps: STEPS, 'gate-interval': '1s' })],
    ['by a dry run', (emulator) => ({ ...unmarked(emulator), steps: STEPS, 'dry-run': 'true' })],
  ])('not %s', async (_name, inputs) => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ canary: versions[1] ?? '', ...inputs(emulator) }, SHORT_PAUSES);
      expect(['promoted', 'planned']).toContain(result.outputs['outcome']);
      expect(told(result).map(({ kind }) => kind)).not.toContain('baseline');
      expect(result.log).not.toContain('Before the first step:');
    });
  });

  test('not where the canary is live already', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const [stable = '', canary = ''] = versions;
      const shares = [
        { codeVersion: canary, percentage: 50 },
        { codeVersion: stable, percentage: 50 },
      ];
      deploy(emulator.world, 'hello', 'production', shares);
      const result = await run({ canary, steps: STEPS, ...unmarked(emulator) }, SHORT_PAUSES);
      expect(result.outputs['outcome']).toBe('promoted');
      expect(told(result).map(({ kind }) => kind)).not.toContain('baseline');
    });
  });
});
