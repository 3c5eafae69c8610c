import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { inputsIn } from '../support/action/folded.js';
import { gate, post } from '../support/action/rollout-stage.js';
import { live, node24, nodes, onStage, writes } from '../support/action/stage.js';
import { unwritable } from '../support/github/unwritable.js';

const folder = mkdtempSync(join(tmpdir(), 'handover-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(unwritable(folder))('%s', (_, place) => {
  test('as GITHUB_OUTPUT: the deployment stands, it is said what is live, exit 1', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ versions: `${versions[1]}` }, { GITHUB_OUTPUT: place() });
      expect(result.exitCode).toBe(1);
      expect(live(emulator)).toEqual({ [`${versions[1]}`]: 100 });
      expect(result.log).not.toMatch(/fault in the action|^ +at /im);
      expect(result.log).toMatch(
        /^::error title=Outputs lost::GITHUB_OUTPUT could not be written: [^.]*[^.]\. No later/m,
      );
      expect(result.log).toContain(
        `A deployment was made all the same. Live when last known: ${versions[1]}=100 (deployment `,
      );
      expect(result.summary).toContain('### ✅ Deployed');
    });
  });

  test('as GITHUB_OUTPUT, of a run that is refused: it says so, and that nothing is known to be deployed', async () => {
    await onStage(async ({ run }) => {
      const result = await run({ versions: 'x' }, { GITHUB_OUTPUT: place() });
      expect(result.log).toContain('No deployment by this run is known. It ended as refused: No request was sent.');
      expect(result.log).not.toMatch(/fault in the action/i);
    });
  });

  test('as GITHUB_STEP_SUMMARY: a warning', async () => {
    await onStage(async ({ versions, run }) => {
      const result = await run({ versions: `${versions[1]}` }, { GITHUB_STEP_SUMMARY: place() });
      expect(result.exitCode).toBe(0);
      expect(result.outputs['outcome']).toBe('deployed');
      expect(result.log).toMatch(/^::warning::The job summary could not be written to GITHUB_STEP_SUMMARY: /m);
    });
  });
});

describe('a disk that is full from one word to the post step on', () => {
  const fullAt = async (word: string, use: (env: Record<string, string>) => Promise<void>) => {
    const hooks = mkdtempSync(join(tmpdir(), 'hooks-'));
    const hook = join(hooks, 'full-disk.cjs');
    writeFileSync(
      hook,
      `const fs = require('node:fs');
       const { appendFileSync } = fs;
       fs.appendFileSync = (path, text, ...more) => {
         if (text.startsWith('${word}<<')) throw new Error('ENOSPC: no space left on device, write');
         appendFileSync(path, text, ...more);
       };`,
    );
    try {
      await use({ NODE_OPTIONS: `--require ${hook}` });
    } finally {
      rmSync(hooks, { recursive: true });
    }
  };

  test('the conclusion: the post step is told nothing and undoes nothing', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const inputs = { canary: versions[1] ?? '', steps: '5%, 100%' };
      await fullAt('concluded', async (env) => {
        const result = await run(inputs, env);
        expect(result).toMatchObject({ exitCode: 0, outputs: { outcome: 'promoted' }, state: {} });
        await run(inputs, {}, node24, { entry: post, state: result.state });
        expect(live(emulator)).toEqual({ [`${versions[1]}`]: 100 });
      });
    });
  });

  test('the evidence: nothing is written', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      await fullAt('evidence', async (env) => {
        const { outputs } = await run({ canary: versions[1] ?? '', steps: '5%, 100%' }, env);
        expect(outputs['reason']).toContain('StateNotSaved');
        expect(writes(emulator)).toBe(0);
      });
    });
  });
});

describe('ten thousand mistakes', () => {
  test('are one annotation and a count; log, summary and reason stay short, and no other mistake is hidden', async () => {
    await onStage(async ({ emulator, run }) => {
      const steps = Array.from({ length: 10_000 }, (_, index) => `wrong|${index}`).join('\n');
      const result = await run({
        canary: '42',
        steps,
        'gate-url': 'http://:passw0rd-1@host/?token=abcdefgh-1',
        wait: 'x',
      });
      expect(result.outputs).toMatchObject({ outcome: 'refused' });
      expect(result.log.match(/^::error/gm)).toHaveLength(1);
      expect(result.log).toMatch(/^::error title=10002 things are wrong::.*No request was sent\.$/m);
      expect(new Set(inputsIn(result.log))).toEqual(new Set(['steps', 'wait', 'gate-url']));
      expect(result.summary).toContain('10002 things are wrong');
      expect(Buffer.byteLength(result.log)).toBeLessThan(32 * 1024);
      expect(Buffer.byteLength(result.summary)).toBeLessThan(32 * 1024);
      expect([...(result.outputs['reason'] ?? '')].length).toBeLessThanOrEqual(2_001);
      const left = result.log.replace(/^::add-mask::.*$/gm, '') + result.summary + result.files;
      expect(left).not.toMatch(/passw0rd|abcdefgh/);
      expect(writes(emulator)).toBe(0);
    });
  });
});

test.each(nodes)('a gate says nothing of listeners on %s', async (node) => {
  await onStage(async ({ emulator, versions, run }) => {
    const inputs = { canary: versions[1] ?? '', steps: '2% for 200ms, 100%', ...gate(emulator) };
    const { log, outputs } = await run(inputs, {}, node === '' ? node24 : node);
    expect(outputs['outcome']).toBe('promoted');
    expect(log).not.toMatch(/MaxListeners|Warning/);
  });
});
