import { expect, test } from '@jest/globals';
import type { Engine, EngineOptions } from '../../scripts/engine/engine.js';
import { versionsOf } from '../../scripts/engine/needs.js';
import { describeByAct, example, live, onEngine, outcomes } from '../support/workflows/engine.js';

const STABLE = { 'hello production': 'v1=100', 'hello staging': 'v1=100' };
const RELEASED = { ...STABLE, 'hello production': 'COMMIT=100' };

/** Plays the workflow of the README, changed by hand as its steps say. */
const play = (text: (file: string) => string, before: (engine: Engine) => void, options: Partial<EngineOptions> = {}) =>
  onEngine(async (engine) => {
    before(engine);
    const existed = versionsOf(engine.emulator.world).length;
    const ended = await engine.start({ workflow: example('build-and-rollout.yml'), text }).ended;
    const { world } = engine.emulator;
    return {
      outcome: outcomes(ended)['rollout']?.[0],
      live: live(world),
      uploaded: versionsOf(world).length - existed,
    };
  }, options);

const asItStands = (file: string) => file;
const dry = (file: string) => file.replace(/(?= {10}code: )/, '          dry-run: true\n');
const withoutHeader = (file: string) => file.replace(/^ +gate-version-header: .*\n/m, '');
/** The version that is live was built before its code had the line with the mark. */
const unmarked = ({ emulator }: Engine) => {
  for (const version of versionsOf(emulator.world)) version.code = '';
};
const marked = () => {};

describeByAct('the steps of the README', () => {
  test('begin with a dry run, which uploads and deploys nothing', async () => {
    expect(await play(dry, unmarked)).toEqual({ outcome: 'planned', live: STABLE, uploaded: 0 });
  });

  test('roll out the first release without the header, since the stable lacks it', async () => {
    const released = { outcome: 'promoted', live: RELEASED, uploaded: 1 };
    expect(await play((file) => withoutHeader(file), unmarked)).toEqual(released);
    expect(await play(asItStands, unmarked)).toEqual({ outcome: 'rolled-back', live: STABLE, uploaded: 1 });
  });

  test('roll a later release out, and back if it fails', async () => {
    expect(await play(asItStands, marked)).toMatchObject({ outcome: 'promoted', live: RELEASED });
    const uploaded: EngineOptions['uploaded'] = (version) => {
      version.misbehaviour = { failureShare: 0.5 };
    };
    expect(await play(asItStands, marked, { uploaded })).toEqual({ outcome: 'rolled-back', live: STABLE, uploaded: 1 });
  });
});
