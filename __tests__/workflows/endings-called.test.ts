import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { Engine, EngineOptions } from '../../scripts/engine/engine.js';
import { versionNamed } from '../../scripts/engine/needs.js';
import {
  describeByAct,
  example,
  live,
  onEngine,
  outcomes,
  results,
  root,
  states,
} from '../support/workflows/engine.js';

const staged = example('staged-rollout.yml');
const RECORDED = ['in_progress', 'success'];
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** The reusable workflows, one of them with another text. */
function changed(from: string, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'called-'));
  folders.push(folder);
  const text = readFileSync(join(root, '.github/workflows/rollout.yml'), 'utf8');
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(
    join(folder, 'rollout.yml'),
    text.replace(from, () => to),
  );
  return folder;
}

describeByAct('a stage of the reusable workflow', () => {
  const ending = (
    rejected: readonly string[],
    options: Partial<EngineOptions> = {},
    before?: (engine: Engine) => void,
  ) =>
    onEngine(async (engine) => {
      before?.(engine);
      const ended = await engine.start({ workflow: staged, rejected }).ended;
      const told = ended.jobs.find(({ job }) => job === 'conclude')?.steps?.['conclude']?.outputs;
      return { ended, live: live(engine.emulator.world)['hello production'], records: states(engine), told };
    }, options);

  test('that is rejected has the stable put back by another job', async () => {
    const { ended, live: left, records, told } = await ending(['stage-2']);
    expect(left).toBe('v1=100');
    expect(results(ended)).toMatchObject({
      ...{ 'stage-1': 'success', 'stage-2': 'failure', 'stage-3': 'skipped', 'put-back': 'success' },
    });
    expect(outcomes(ended)['put-back']).toEqual(['planned', 'deployed']);
    expect(records).toEqual([[...RECORDED, 'inactive'], RECORDED]);
    expect(told?.['outcome']).toBe('rolled-back');
  });

  test('stays where it was when the plan hands on the stable by another name', async () => {
    const workflows = changed('stable: ${{ steps.plan.', 'stabel: ${{ steps.plan.');
    expect((await ending(['stage-2'], { workflows })).live).toBe('v1=95,v3=5');
  });

  test('that fails rolls back by itself, and its record says so', async () => {
    const {
      ended,
      live: left,
      records,
      told,
    } = await ending([], {}, ({ emulator: { world } }) => {
      const broken = versionNamed(world, 'latest');
      if (broken !== undefined) broken.misbehaviour = { failureShare: 0.5 };
    });
    expect(left).toBe('v1=100');
    expect(outcomes(ended)['stage-1']).toEqual(['rolled-back']);
    expect(records).toEqual([['in_progress', 'failure']]);
    expect(told?.['outcome']).toBe('rolled-back');
  });
});
