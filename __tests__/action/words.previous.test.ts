import { expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import { writes } from '../support/action/stage.js';
import { onRecordStage, operations, states } from '../support/github/record-stage.js';

test('previous undoes a promotion that another run made', async () => {
  await onRecordStage(async ({ github, versions, record }) => {
    const [old = '', canary = ''] = versions;
    expect((await record({ canary, steps: '5% for 50ms, 100%' })).outputs['outcome']).toBe('promoted');
    const before = github.requests.length;
    const undone = await record({ versions: 'previous=100' });
    expect(undone.outputs).toMatchObject({ outcome: 'deployed', versions: `${old}=100` });
    expect(undone.log).toContain(`\`previous\` is ${old}`);
    expect(github.requests.length - before).toBeLessThanOrEqual(7);
    expect(states(github)).toEqual([
      ['in_progress', 'success', 'inactive'],
      ['in_progress', 'success'],
    ]);
  });
});

test('and one that jobs made, one after another', async () => {
  await onRecordStage(async ({ versions, record }) => {
    const [old = '', canary = ''] = versions;
    await record({ versions: `${canary}=5,${old}` });
    await record({ versions: 'canary=50,stable' });
    await record({ versions: 'canary=100' });
    const undone = await record({ versions: 'previous=100' });
    expect(undone.outputs).toMatchObject({ outcome: 'deployed', versions: `${old}=100` });
  });
});

test('it is refused, with the reason, where somebody else has deployed since', async () => {
  await onRecordStage(async ({ emulator, github, versions, record }) => {
    const [old = '', canary = ''] = versions;
    await record({ canary });
    deploy(emulator.world, 'hello', 'production', [{ codeVersion: old, percentage: 100 }]);
    const count = writes(emulator);
    const refused = await record({ versions: 'previous=100' });
    expect(refused.outputs['outcome']).toBe('refused');
    expect(refused.outputs['reason']).toContain('deployed without a record');
    expect(writes(emulator)).toBe(count);
    expect(operations(github).slice(-3)).not.toContain('create-record');
  });
});

test('a dry run reads the records, and writes none', async () => {
  await onRecordStage(async ({ github, versions, record }) => {
    const [old = '', canary = ''] = versions;
    await record({ canary });
    const before = operations(github).length;
    const planned = await record({ versions: 'previous=100', 'dry-run': 'true' });
    expect(planned.outputs).toMatchObject({ outcome: 'planned' });
    expect(planned.log).toContain(old);
    expect(operations(github).slice(before)).toEqual(['list-records', 'list-record-statuses']);
  });
});

test('without a record it says how to keep one', async () => {
  await onRecordStage(async ({ job, run }) => {
    const refused = await run({ versions: 'previous=100' }, job);
    expect(refused.outputs['outcome']).toBe('refused');
    expect(refused.outputs['reason']).toContain('github-deployment');
  });
});
