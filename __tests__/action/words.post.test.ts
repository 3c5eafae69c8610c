import { expect, test } from '@jest/globals';
import { alone, cancelAt, post } from '../support/action/rollout-stage.js';
import { actions, live, onStage } from '../support/action/stage.js';
import { addNewer, LIST } from '../support/action/words-stage.js';

test('the post step puts back what a killed run left, though the word has come to mean another', async () => {
  await onStage(async (stage) => {
    const { emulator, versions, run } = stage;
    const [old = '', , third = ''] = versions;
    const inputs = { canary: 'latest', steps: '5% for 1m, 100%' };
    const { state, signal } = await run(inputs, {}, undefined, cancelAt('bakes for', 'SIGKILL'));
    expect(signal).toBe('SIGKILL');
    expect(live(emulator)).toEqual({ [third]: 5, [old]: 95 });
    addNewer(stage, 1);
    emulator.requests.length = 0;
    const restored = await run(inputs, {}, undefined, { entry: post, state });
    expect(restored.exitCode).toBe(0);
    expect(restored.log).toContain('rolled-back');
    expect(restored.summary).toContain(`Canary <code>${third}</code>`);
    expect(live(emulator)).toEqual(alone(old));
    expect(actions(emulator)).not.toContain(LIST);
  });
});

test('a state that does not say what the word stood for is loud, and nothing is written', async () => {
  await onStage(async (stage) => {
    const { emulator, versions, run } = stage;
    const inputs = { canary: 'latest', steps: '5% for 1m, 100%' };
    const { state } = await run(inputs, {}, undefined, cancelAt('bakes for', 'SIGKILL'));
    const { canary: _, ...evidence } = JSON.parse(state['evidence'] ?? '{}');
    emulator.requests.length = 0;
    const changed = { ...state, evidence: JSON.stringify(evidence) };
    const tried = await run(inputs, {}, undefined, { entry: post, state: changed });
    expect(tried.exitCode).toBe(1);
    expect(tried.log).toContain(`versions: ${versions[0]}=100`);
    expect(emulator.requests).toEqual([]);
  });
});
