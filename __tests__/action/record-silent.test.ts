import { describe, expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import type { GitHubFault } from '../../emulator/github/github.js';
import { alone, cancelAt, gate, misbehave, post } from '../support/action/rollout-stage.js';
import { live, onStage, writes } from '../support/action/stage.js';
import { jobAt, MOST, onRecordStage, SLACK, timed, warnings } from '../support/github/record-stage.js';
import { accepting } from '../support/network/listening.js';

describe('a GitHub that is silent', () => {
  const SILENT: readonly (readonly [string, (github: { script: (fault: GitHubFault) => void }) => void])[] = [
    ['from the start', ({ script }) => script({ effect: { kind: 'silent' } })],
    [
      'once the records are listed',
      ({ script }) => {
        script({ operation: 'repos/create-deployment', effect: { kind: 'late' } });
        script({ operation: 'repos/create-deployment-status', effect: { kind: 'silent' } });
      },
    ],
  ];
  test.each(SILENT)(
    '%s: costs 15 s at most, the post step included',
    async (_, play) => {
      await onRecordStage(async ({ github, versions, record }) => {
        const inputs = { versions: versions[1] ?? '', 'github-deployment-steps': 'true' };
        play(github);
        const [result, took] = await timed(() => record(inputs));
        const [after, more] = await timed(() => record(inputs, {}, { entry: post, state: result.state }));
        expect(result.outputs['outcome']).toBe('deployed');
        expect([...warnings(result), ...warnings(after)]).toHaveLength(1);
        expect(took + more).toBeLessThan(MOST + SLACK);
      });
    },
    60_000,
  );

  test('a port that takes connections and says nothing: the same, and the process ends', async () => {
    await using server = await accepting();
    await onStage(async ({ versions, run }) => {
      const inputs = { versions: versions[1] ?? '', 'github-deployment': 'edge', 'github-token': 'ghs_x' };
      const [result, took] = await timed(() => run(inputs, jobAt(server.url)));
      expect(result.outputs['outcome']).toBe('deployed');
      expect(took).toBeLessThan(MOST + SLACK);
    });
  }, 60_000);

  test('does not make an old look count: who deploys meanwhile is not written over', async () => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      github.script({ operation: 'repos/create-deployment', effect: { kind: 'silent' } });
      const watcher = setInterval(() => {
        if (github.requests.length < 2) return;
        clearInterval(watcher);
        deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[2] ?? '', percentage: 100 }]);
      }, 5);
      const result = await record({ canary: versions[1] ?? '', steps: '5% for 1m, 100%' });
      expect(result.outputs['outcome']).toBe('drifted');
      expect(live(emulator)).toEqual(alone(versions[2]));
      expect(writes(emulator)).toBe(0);
    });
  }, 60_000);

  test('does not hold a rollback: a failing canary is gone before GitHub has answered', async () => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      github.script({ operation: 'repos/create-deployment-status', effect: { kind: 'silent' } });
      let backAt = 0;
      const onLine = (line: string) => {
        if (backAt === 0 && line.includes('Accepted') && writes(emulator) === 2) backAt = performance.now();
      };
      const inputs = { canary: versions[1] ?? '', steps: '50% for 1m, 100%', ...gate(emulator) };
      const [result, took] = await timed(() =>
        record({ ...inputs, 'github-deployment-steps': 'true' }, {}, { onLine }),
      );
      const ended = performance.now();
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(backAt).toBeGreaterThan(0);
      // The record's end is waited for after the rollback, not before it.
      expect(ended - backAt).toBeGreaterThan(1_000);
      expect(took).toBeLessThan(MOST + SLACK);
    });
  }, 60_000);

  test('does not hold a cancellation: the rollback and all outputs within 4 s of the signal', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      github.script({ operation: 'repos/create-deployment-status', effect: { kind: 'silent' } });
      let at = 0;
      const cancelling = cancelAt('bakes for');
      const onLine = (line: string) => {
        if (line.includes('bakes for')) at ||= performance.now();
        cancelling.onLine(line);
      };
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const result = await record(inputs, {}, { ...cancelling, onLine });
      expect(performance.now() - at).toBeLessThan(4_000);
      expect(result.outputs['outcome']).toBe('rolled-back');
      // What there was no time for is left to the post step, which says it.
      expect(result.state['record']).toContain('rolled-back');
    });
  }, 60_000);
});
