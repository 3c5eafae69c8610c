import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { assumed, onOidcStage } from '../support/action/oidc-stage.js';
import { alone, cancelAt, gate, misbehave, post } from '../support/action/rollout-stage.js';
import { live } from '../support/action/stage.js';

describe('renewal', () => {
  const SPEED = 200;
  const fastClock = resolve(import.meta.dirname, '../../../__tests__/support/action/fast-clock.cjs');
  const SHORT = { steps: '5% for 4s, 50% for 4s, 100% for 1s', 'gate-interval': '500ms' };

  test.concurrent('a rollout outlives its sessions and rolls back at the end', async () => {
    await onOidcStage(async ({ emulator, versions, run, github, role }) => {
      role.sessionEndsAfter = 3_000;
      const result = await run({ canary: versions[1] ?? '', ...SHORT, ...gate(emulator) }, {}, undefined, {
        onLine: (line) => {
          if (/Accepted: .*=50/.test(line)) misbehave(emulator, versions[1], { failureShare: 1 });
        },
      });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(assumed(emulator).length).toBeGreaterThanOrEqual(3);
      expect(new Set(github.issued).size).toBe(assumed(emulator).length);
      expect(emulator.requests.map(({ code }) => code).filter((code) => code?.includes('Token'))).toEqual([]);
    });
  });

  test.concurrent('an hour with sessions of 15 minutes, by a clock that runs two hundred times faster', async () => {
    const start = Date.now();
    const now = () => start + (Date.now() - start) * SPEED;
    await onOidcStage(
      async ({ emulator, versions, run, github }) => {
        const inputs = {
          canary: versions[1] ?? '',
          steps: '5% for 20m, 25% for 20m, 50% for 20m, 100%',
          'role-session-duration': '15m',
          'gate-interval': '2m',
        };
        const env = { NODE_OPTIONS: `--require ${fastClock}`, CLOCK_START: String(start), CLOCK_SPEED: String(SPEED) };
        const result = await run({ ...gate(emulator), ...inputs }, env, undefined, {
          onLine: (line) => {
            if (/50 % bakes for (?:[123]m)?(?:[0-9]{1,2}s)? more/.test(line))
              misbehave(emulator, versions[1], { failureShare: 1 });
          },
        });
        expect(result.outputs['outcome']).toBe('rolled-back');
        expect(live(emulator)).toEqual(alone(versions[0]));
        const sessions = assumed(emulator);
        expect(sessions.length).toBeGreaterThanOrEqual(4);
        expect(new Set(sessions.map(({ parameters }) => parameters['OIDCToken'])).size).toBe(sessions.length);
        expect(sessions.map(({ parameters }) => parameters['DurationSeconds'])).toEqual(sessions.map(() => '900'));
        const [first, last] = [emulator.requests.at(0)?.at ?? 0, emulator.requests.at(-1)?.at ?? 0];
        expect(last - first).toBeGreaterThan(55 * 60_000);
        expect(github.issued).toHaveLength(sessions.length);
        const refused = emulator.requests.filter(({ code }) => code !== undefined);
        expect(refused).toEqual([]);
      },
      { now },
    );
  });

  test.concurrent('a rollback while renewals fail uses what is still valid', async () => {
    await onOidcStage(async ({ emulator, versions, run, github, role }) => {
      role.sessionEndsAfter = 9_000;
      const result = await run(
        { canary: versions[1] ?? '', steps: '5% for 1m, 100%', ...gate(emulator) },
        {},
        undefined,
        {
          onLine: (line) => {
            if (line.includes('Accepted')) {
              github.instead = (_, response) => {
                response.writeHead(500).end();
                return true;
              };
            }
            if (line.includes('IdTokenNotIssued')) misbehave(emulator, versions[1], { failureShare: 1 });
          },
        },
      );
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(assumed(emulator)).toHaveLength(1);
    });
  });

  test.concurrent('a renewal that is under way when all is said does not hold the job', async () => {
    await onOidcStage(async ({ versions, run, github, role }) => {
      role.sessionEndsAfter = 5_000;
      let said = 0;
      const result = await run({ canary: versions[1] ?? '', steps: '50% for 3500ms, 100%' }, {}, undefined, {
        onLine: (line) => {
          if (line.startsWith('Accepted')) {
            github.instead = (_, response) => {
              response.writeHead(503).end();
              return true;
            };
          }
          if (line.startsWith('promoted:')) said = Date.now();
        },
      });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(Date.now() - said).toBeLessThan(3_000);
      expect(result.log.slice(result.log.indexOf('promoted:'))).not.toContain('GetIdToken');
    });
  });

  test.concurrent('the post step assumes the role for itself', async () => {
    await onOidcStage(async ({ emulator, versions, run }) => {
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await run(inputs, {}, undefined, cancelAt('bakes for', 'SIGKILL'));
      expect(Object.keys(state).sort()).toEqual(['evidence', 'identity', 'stable']);
      const restored = await run(inputs, {}, undefined, { entry: post, state });
      expect(restored.log).toContain('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(assumed(emulator)).toHaveLength(2);
    });
  });
});
