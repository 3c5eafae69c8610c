import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Engine } from '../../scripts/engine/engine.js';
import { prepare } from '../../scripts/engine/examples.js';
import { commitOf, versionNamed } from '../../scripts/engine/needs.js';
import {
  describeByAct,
  example,
  fixture,
  live,
  onEngine,
  outcomes,
  results,
  root,
} from '../support/workflows/engine.js';

const called = { workflows: join(root, '__tests__/support/workflows/called') };

describeByAct('a workflow that calls another by the name of the action', () => {
  const run = (world: Parameters<typeof versionNamed>[0], rejected: readonly string[] = []) => ({
    workflow: fixture('calls-another.yml'),
    inputs: { canary: versionNamed(world, 'v2')?.codeVersion ?? '' },
    rejected,
  });

  test('runs with its jobs chained, and gets what it hands on', async () => {
    await onEngine(async (engine) => {
      const ended = await engine.start(run(engine.emulator.world)).ended;
      const inside = { first: 'success', last: 'success', back: 'skipped' };
      expect(results(ended)).toEqual({ rollout: 'success', after: 'success', ...inside });
      expect(live(engine.emulator.world)['hello production']).toBe('v2=100');
      const { current } = engine.emulator.world.routines['hello']?.environments.production ?? {};
      expect(ended.handed['after']?.outputs['got']).toBe(current?.deployId);
      const stages = ended.jobs.filter(({ job }) => job === 'first' || job === 'last');
      expect(stages.map(({ steps }) => steps?.['step']?.outputs['outcome'])).toEqual(['paused', 'promoted']);
      expect(Object.keys(engine.emulator.edgeStats.requests).length).toBeGreaterThan(1);
    }, called);
  });

  test('is undone by its last job where a reviewer rejects one of its stages', async () => {
    await onEngine(async (engine) => {
      await engine.start(run(engine.emulator.world, ['last'])).ended;
      expect(live(engine.emulator.world)['hello production']).toBe('v1=100');
    }, called);
  });
});

describeByAct('a workflow that builds', () => {
  test('has a repository, a version of its commit, and what another job uploaded', async () => {
    const play = async (engine: Engine) => {
      const ended = await engine.start({ workflow: fixture('builds.yml') }).ended;
      expect(results(ended)).toEqual({ build: 'success', look: 'success' });
      expect(ended.handed['look']?.outputs['first']).toBe(
        "export default { fetch: () => new Response('Hello', { headers: { 'x-commit': COMMIT } }) };",
      );
      const { description, extraInfo } = versionNamed(engine.emulator.world, 'latest') ?? {};
      expect(description).toMatch(/^[0-9a-f]{40}$/);
      expect(extraInfo).toBe('{"Source":"CLI"}');
      const asked = engine.github.requests.map(({ operation, headers }) => [operation, headers.authorization]);
      expect(asked).toEqual([['repos/list-deployments', 'Bearer token-of-the-job']]);
      expect(outcomes(ended)).toEqual({ build: [], look: [] });
    };
    await onEngine(play);
  });
});

describeByAct('an action for which nothing stands in', () => {
  test('is named', async () => {
    await onEngine(async (engine) => {
      const text = (file: string) => file.replace('actions/setup-node@', 'somebody/setup@');
      const running = engine.start({ workflow: fixture('builds.yml'), text, job: 'look' });
      running.cancel();
      await running.ended;
      expect(running.replaced).toEqual([
        expect.stringMatching(/^nothing stands in for somebody\/setup@[0-9a-f]{40}: act fetches it$/),
      ]);
    });
  });
});

describeByAct('what an example needs before', () => {
  test('is made so, with the runs of other days', async () => {
    await onEngine(async (engine) => {
      const started = engine.clock.now();
      const v2 = versionNamed(engine.emulator.world, 'v2');
      const inputs = { version: 'commit', commit: v2 === undefined ? '' : commitOf(v2) };
      const preparation = { live: { 'hello staging': 'v2=40,v3=60' }, first: [{ workflow: 'split.yml', inputs }] };
      await prepare(engine, example('read-live.yml'), preparation);
      expect(live(engine.emulator.world)).toEqual({
        'hello staging': 'v2=40,v3=60',
        'hello production': 'v1=90,v2=10',
      });
      expect(engine.clock.now() - started).toBeGreaterThan(86_400_000);
      const ended = await engine.start({ workflow: example('read-live.yml') }).ended;
      expect(outcomes(ended)).toEqual({ read: ['planned'] });
      const wrong = { first: [{ workflow: 'split.yml', inputs: { weight: '200' } }] };
      await expect(prepare(engine, example('read-live.yml'), wrong)).rejects.toThrow(
        'comes after split.yml, which failed',
      );
    });
  });
});

describeByAct('one job alone', () => {
  test('runs with those that it needs, and a next job gets what it hands on', async () => {
    await onEngine(async (engine) => {
      const ended = await engine.start({ workflow: example('canary-by-jobs.yml'), job: 'canary' }).ended;
      expect(outcomes(ended)).toEqual({ canary: ['paused'] });
      expect(live(engine.emulator.world)['hello production']).toBe('v1=95,v3=5');
    });
  });
});

describeByAct('a gate by logs', () => {
  test('has them, with the traffic of the edge', async () => {
    await onEngine(async (engine) => {
      const ended = await engine.start({ workflow: fixture('judges-logs.yml') }).ended;
      expect(outcomes(ended)).toEqual({ rollout: ['promoted'] });
      expect(live(engine.emulator.world)['shop production']).toBe('v3=100');
      expect(engine.emulator.logRequests.length).toBeGreaterThan(3);
    });
  });
});
