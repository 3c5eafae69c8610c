import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fails, pick } from '../../emulator/edge.js';
import { deploy, type Misbehaviour, startEmulator } from '../../emulator/emulator.js';
import { at, hello } from '../support/emulator/hello-routine.js';
import { send } from '../support/emulator/signed-request.js';

const { v1, v2 } = hello();
const split = (canary: number) => [
  { codeVersion: v2, percentage: canary },
  { codeVersion: v1, percentage: 100 - canary },
];

/** The versions that so many requests in a row were answered by. */
async function versionsServed(address: string, count: number): Promise<(string | undefined)[]> {
  const seen = [];
  for (let n = 0; n < count; n += 1) seen.push((await send(address)).headers['x-code-version']?.toString());
  return seen;
}

test('any 100 requests in a row meet the weights exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 250 }), (canary, start) => {
      const turns = new Map<string, number>();
      const picks = Array.from({ length: start + 100 }, () => pick(split(canary), turns));
      expect(picks.slice(start).filter((picked) => picked === v2)).toHaveLength(canary);
    }),
  );
});

test('a failing share of whole percents is exact over any 100 answers in a row, and spread evenly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 250 }), (percent, start) => {
      const failed = Array.from({ length: 100 }, (_, n) => fails(start + n + 1, percent / 100)).filter(Boolean);
      expect(failed).toHaveLength(percent);
      const firstFailure = Array.from({ length: 101 }, (_, n) => fails(n + 1, percent / 100)).indexOf(true);
      expect(firstFailure).toBe(percent === 0 ? -1 : Math.ceil(100 / percent) - 1);
    }),
    // 100 * 0.29 is a little under 29.
    { examples: [[29, 0]] },
  );
});

test('each environment is served by its own split, and a deployment starts a new round', async () => {
  const { world } = hello();
  await using emulator = await startEmulator({ world });
  deploy(world, 'hello', 'production', split(25), at);
  const production = `${emulator.edge}/production/hello/any/path?q=1`;
  const [first, ...rest] = await versionsServed(production, 4);
  expect([first, ...rest].filter((version) => version === v2)).toEqual([v2]);
  expect(await versionsServed(`${emulator.edge}/staging/hello/`, 4)).toEqual([v1, v1, v1, v1]);
  expect(await versionsServed(`${emulator.edge}/something/else`, 1)).toEqual([first]);
  deploy(world, 'hello', 'production', split(50), at);
  expect(await versionsServed(production, 1)).toEqual([v2]);
  deploy(world, 'hello', 'production', split(50), at);
  expect(await versionsServed(production, 2)).toEqual([v2, v1]);
  expect(emulator.edgeStats).toEqual({ requests: { [v1]: 9, [v2]: 3 }, failures: {} });
});

test.each(['/production/nobody/', '/staging/constructor/'])('nothing is live at %s', async (path) => {
  await using emulator = await startEmulator({ world: hello().world });
  expect((await send(`${emulator.edge}${path}`)).status).toBe(404);
});

test('a routine that was never deployed is not found', async () => {
  const { world } = hello();
  for (const environment of Object.values(world.routines['hello']?.environments ?? {})) environment.current = undefined;
  await using emulator = await startEmulator({ world });
  expect((await send(`${emulator.edge}/`)).status).toBe(404);
});

test.each([
  [{ failureShare: 0.5 }, [200, 500, 200, 500], true],
  [{ failureShare: 1, status: 503 }, [503, 503, 503, 503], true],
  [{ omitVersionHeader: true }, [200, 200, 200, 200], false],
  [{ latency: 5 }, [200, 200, 200, 200], true],
] satisfies [Misbehaviour, number[], boolean][])(
  'a version that misbehaves: %j',
  async (misbehaviour, statuses, named) => {
    const { world } = hello();
    Object.assign(world.routines['hello']?.versions[0] ?? {}, { misbehaviour });
    await using emulator = await startEmulator({ world });
    const answers = [];
    for (let n = 0; n < statuses.length; n += 1) answers.push(await send(`${emulator.edge}/`));
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    expect(answers.every(({ headers }) => (headers['x-code-version'] === v1) === named)).toBe(true);
    expect(answers.every(({ text }) => text.includes(v1))).toBe(true);
    const failed = statuses.filter((status) => status >= 500).length;
    expect(emulator.edgeStats).toEqual({ requests: { [v1]: 4 }, failures: failed > 0 ? { [v1]: failed } : {} });
  },
);
