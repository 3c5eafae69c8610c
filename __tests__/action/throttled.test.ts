import { describe, expect, test } from '@jest/globals';
import { addRoutine, addVersion, deploy, type Emulator } from '../../emulator/emulator.js';
import { cancelAt, write } from '../support/action/rollout-stage.js';
import { onStage, SHORT_PAUSES, type Stage, writes } from '../support/action/stage.js';

const RATE = 5;
const AT_ONCE = 8;

/** So many routines, each with two versions, the older live. */
function routines({ world }: Emulator, count: number): { name: string; old: string; canary: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `routine-${index}`;
    addRoutine(world, name);
    const old = addVersion(world, name, {}, Date.now() - 60_000);
    const canary = addVersion(world, name);
    deploy(world, name, 'production', [{ codeVersion: old, percentage: 100 }]);
    return { name, old, canary };
  });
}

async function severalAtOnce<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) results.push(await job());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

const splitsOf = (emulator: Emulator, name: string) =>
  emulator.world.routines[name]?.environments.production.history
    .slice(1)
    .map(({ codeVersions }) => codeVersions.map(({ percentage }) => percentage).join('/'));

const refusedIn = ({ requests }: Emulator) => requests.filter(({ status }) => status === 400).length;

describe('a throttled account', () => {
  const isRollout = (index: number) => index % 4 === 3;
  /** From the first request to the last, in ms. */
  const playAll = async ({ emulator, run }: Stage): Promise<number> => {
    const all = routines(emulator, 24);
    const results = await severalAtOnce(
      all.map(({ name, old, canary }, index) => () => {
        const goal = isRollout(index) ? { canary, steps: '5%, 100%' } : { versions: `${canary}=10,${old}=90` };
        return run({ routine: name, ...goal });
      }),
    );
    expect(results.map(({ outputs }) => outputs['outcome'] ?? '').toSorted()).toEqual([
      ...Array.from({ length: 18 }, () => 'deployed'),
      ...Array.from({ length: 6 }, () => 'promoted'),
    ]);
    for (const [index, { name }] of all.entries())
      expect(splitsOf(emulator, name)).toEqual(isRollout(index) ? ['5/95', '100'] : ['10/90']);
    return (emulator.requests.at(-1)?.at ?? 0) - (emulator.requests[0]?.at ?? 0);
  };

  test.concurrent('24 routines, several at once: all deployed, nothing twice, with little refused and in good time', async () => {
    // What this machine takes to start so many processes is not the account's doing.
    let unlimited = 0;
    await onStage(async (stage) => {
      unlimited = await playAll(stage);
    });
    await onStage(async (stage) => {
      const { emulator } = stage;
      emulator.world.quirks.requestsPerSecond = RATE;
      const took = await playAll(stage);
      const refused = refusedIn(emulator);
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThanOrEqual(emulator.requests.length - refused);
      // As many as would be sent if none were refused. A coarse bound: how long it takes is drawn, and machines differ;
      // the factor itself is held by the simulation of rollout/decide/rate-limit.test.ts and measured by `npm run bench`.
      const ideal = ((18 * 4 + 6 * 6) / RATE) * 1_000;
      expect(took).toBeLessThanOrEqual(3 * ideal + unlimited);
    });
  }, 240_000);

  test.concurrent('after the first refusal there are never two calls at once, and the log does not fill', async () => {
    await onStage(async ({ emulator, run, versions }) => {
      emulator.script({ times: 4, effect: { kind: 'error', code: 'Throttling.User' } });
      emulator.script({ times: 20, effect: { kind: 'slow', ms: 40 } });
      const result = await run({ versions: `${versions[1]}` }, SHORT_PAUSES);
      expect(result.outputs['outcome']).toBe('deployed');
      const first = emulator.requests.findIndex(({ fault }) => fault === 'error');
      const later = emulator.requests.slice(first + 2);
      for (const [index, request] of later.slice(1).entries())
        expect(request.at - (later[index]?.at ?? 0)).toBeGreaterThanOrEqual(30);
      expect(result.log.match(/^GetRoutine.*Throttling/gm)?.length ?? 0).toBeLessThanOrEqual(1);
      expect(result.log).toMatch(
        /^No longer refused after [0-9.]+ s, in which 4 requests were refused: Throttling\.User$/m,
      );
      expect(result.log).toMatch(/^Throttling\.User: waiting [0-9.]+ s, then trying again for up to 10m/m);
      expect(result.log).toMatch(/^4 of 8 requests failed: .*; waited [0-9.]+ s to try again$/m);
      expect(result.summary).toMatch(/8 API calls, 4 of them retries, [0-9.]+ s waited in between/);
    });
  }, 60_000);

  test.concurrent('cancelled while the first read is throttled: it ends at once', async () => {
    await onStage(async ({ emulator, run, versions }: Stage) => {
      emulator.script({ times: 'Infinity', effect: { kind: 'error', code: 'Throttling.User' } });
      const started = Date.now();
      const result = await run({ versions: `${versions[1]}` }, {}, undefined, cancelAt('Throttling'));
      expect(result.outputs['changed']).toBe('false');
      expect(Date.now() - started).toBeLessThan(9_500);
      expect(writes(emulator)).toBe(0);
    });
  }, 60_000);

  test.concurrent('a rollback that is throttled again and again is sent until it is accepted', async () => {
    await onStage(async ({ emulator, run, versions }) => {
      emulator.script({ operation: write, skip: 1, times: 6, effect: { kind: 'error', code: 'Throttling.User' } });
      const inputs = {
        canary: versions[1] ?? '',
        steps: '5% for 1m, 100%',
        'gate-command': 'exit 1',
        'gate-interval': '100ms',
      };
      const result = await run(inputs, SHORT_PAUSES);
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(writes(emulator)).toBe(8);
    });
  }, 120_000);
});
