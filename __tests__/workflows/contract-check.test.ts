import { expect, test } from '@jest/globals';
import type { Engine, Run, Running } from '../../scripts/engine/engine.js';
import { describeByAct, example, live, onEngine, outcomes, results, until } from '../support/workflows/engine.js';

const STABLE = { 'hello production': 'v1=100', 'hello staging': 'v1=100' };
const OWN = ['v1', 'v2', 'v3'];
const check: Run = { workflow: example('contract.yml') };
/** Without the step that puts back what a kill has left. */
const withoutRestore = (text: string) => text.replace(/(?<=name: Put back what .*\n +if: )always\(\)/, 'false');

/** Versions that are there, oldest first. */
const versions = ({ emulator: { world } }: Engine) =>
  world.routines['hello']?.versions.map(({ description }) => description.split(':')[0]);
/** The environment of each deployment that was asked for. */
const written = ({ emulator: { requests } }: Engine) =>
  requests.flatMap(({ action, parameters }) =>
    action === 'CreateRoutineCodeDeployment' ? [String(parameters['Env'])] : [],
  );

describeByAct('the contract check', () => {
  test.each([
    ['by versions that it uploads', {}],
    ['by versions that a form names', { versions: 'v2,v3' }],
  ])('%s, writes to staging alone, and leaves all as it was', async (_, inputs) => {
    await onEngine(async (engine) => {
      const ended = await engine.start({ ...check, inputs }).ended;
      const writes = written(engine);
      expect([...new Set(writes)]).toEqual(['staging']);
      expect(writes.length).toBeGreaterThan(20);
      expect(live(engine.emulator.world)).toEqual(STABLE);
      expect(versions(engine)).toEqual(OWN);
      expect(results(ended)).toEqual({ contract: 'success' });
    });
  });
});

describeByAct('a contract check that is cut short', () => {
  const cutBy = (cut: (running: Running) => unknown, more: Partial<Run> = {}) =>
    onEngine(
      async (engine) => {
        const running = engine.start({ ...check, ...more });
        await until(() => live(engine.emulator.world)['hello staging'] !== 'v1=100');
        cut(running);
        const ended = await running.ended;
        return { ended, live: live(engine.emulator.world), versions: versions(engine) };
      },
      // Slow enough to be met in the middle.
      { speed: 20 },
    );

  test('by a kill of its step, is put right by the step after it', async () => {
    const {
      ended,
      live: left,
      versions: kept,
    } = await cutBy((running) => expect(running.signal('SIGKILL')).toBe(true));
    expect([left, kept]).toEqual([STABLE, OWN]);
    expect(outcomes(ended)).toEqual({ contract: ['planned'] });
    expect(results(ended)).toEqual({ contract: 'failure' });
  });

  test('by a cancellation of the whole run, likewise', async () => {
    const { live: left, versions: kept } = await cutBy((running) => running.cancel());
    expect([left, kept]).toEqual([STABLE, OWN]);
  });

  test('by a kill, leaves its own versions live without that step', async () => {
    const { live: left } = await cutBy((running) => running.signal('SIGKILL'), { text: withoutRestore });
    expect(left).toEqual({ ...STABLE, 'hello staging': expect.not.stringMatching(/v1=100/) });
  });

  test('by a cancellation, as GitHub begins it, puts all back itself', async () => {
    const {
      ended,
      live: left,
      versions: kept,
    } = await cutBy((running) => expect(running.signal('SIGINT')).toBe(true), { text: withoutRestore });
    expect([left, kept]).toEqual([STABLE, OWN]);
    expect(results(ended)).toEqual({ contract: 'failure' });
  });
});
