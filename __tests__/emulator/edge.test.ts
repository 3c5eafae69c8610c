import { Agent } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { drawsOf } from '../../emulator/chance.js';
import { pick } from '../../emulator/edge.js';
import { deploy, type Emulator, type Misbehaviour, type Outage, startEmulator } from '../../emulator/emulator.js';
import { at, hello } from '../support/emulator/hello-routine.js';
import { type Answered, send } from '../support/emulator/signed-request.js';

const { v1, v2 } = hello();
const split = (canary: number) => [
  { codeVersion: v2, percentage: canary },
  { codeVersion: v1, percentage: 100 - canary },
];

/** What so many requests in a row were answered; undefined where the connection was cut. */
async function answers(address: string, count: number, agent?: Agent): Promise<(Answered | undefined)[]> {
  const seen = [];
  for (let n = 0; n < count; n += 1) {
    const asked = agent === undefined ? {} : { agent };
    seen.push(
      await send(address, asked).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET') throw error;
        return undefined;
      }),
    );
  }
  return seen;
}
const versionsServed = async (address: string, count: number) =>
  (await answers(address, count)).map((answer) => answer?.headers['x-code-version']);

test('an answer names the commit that its version was built from, where that is known', async () => {
  const commits = { [v1]: '0123abcd'.repeat(5), [v2]: undefined };
  const world = hello().world;
  for (const version of world.routines['hello']?.versions ?? [])
    version.extraInfo = JSON.stringify({ Source: 'CLI', CommitId: commits[version.codeVersion] });
  deploy(world, 'hello', 'production', split(50), at);
  await using emulator = await startEmulator({ world, edgeSeed: 1 });
  const seen = (await answers(emulator.edge, 20)).map((one) => one?.headers);
  expect(new Set(seen.map((headers) => headers?.['x-code-version'])).size).toBe(2);
  for (const headers of seen) expect(headers?.['x-commit']).toBe(commits[String(headers?.['x-code-version'])]);
});

/** The versions that are drawn of a split, in their order. */
function drawn(seed: number, place: string, deployment: number, canary: number, count: number) {
  const next = drawsOf(seed, place, deployment);
  return Array.from({ length: count }, () => pick(split(canary), next().version));
}

/** The world of `hello`, the canary live at a weight, and what it and the site do. */
function staged({ canary = 0, own = {}, outages = [] }: { canary?: number; own?: Misbehaviour; outages?: Outage[] }) {
  const { world } = hello();
  if (canary > 0) deploy(world, 'hello', 'production', split(canary), at);
  const version = world.routines['hello']?.versions[canary > 0 ? 1 : 0];
  if (version !== undefined) version.misbehaviour = own;
  world.outages = outages;
  return world;
}

describe('the versions', () => {
  test('are drawn from the split of the place, anew for each deployment, however many requests came before', async () => {
    const { world } = hello();
    await using emulator = await startEmulator({ world, edgeSeed: 7 });
    const production = `${emulator.edge}/production/hello/any/path?q=1`;
    deploy(world, 'hello', 'production', split(25), at);
    expect(await versionsServed(production, 20)).toEqual(drawn(7, 'production/hello', 2, 25, 20));
    expect(await versionsServed(`${emulator.edge}/staging/hello/`, 4)).toEqual([v1, v1, v1, v1]);
    deploy(world, 'hello', 'production', split(50), at);
    const [first, ...rest] = drawn(7, 'production/hello', 3, 50, 20);
    expect(await versionsServed(`${emulator.edge}/something/else`, 1)).toEqual([first]);
    expect(await versionsServed(production, 19)).toEqual(rest);
  });

  test('are the same for the same seed and the same requests, and others for another seed', async () => {
    const run = async (edgeSeed: number) => {
      const own = { failureShare: 0.3, cutShare: 0.2 };
      await using emulator = await startEmulator({ world: staged({ canary: 40, own }), edgeSeed });
      const seen = await answers(`${emulator.edge}/production/hello/`, 60);
      return { seen: seen.map((one) => [one?.headers['x-code-version'], one?.status]), stats: emulator.edgeStats };
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  test('are drawn by a seed of its own by each emulator that is given none, and it can be read', async () => {
    await using one = await startEmulator({ world: staged({ canary: 50 }) });
    await using other = await startEmulator({ world: staged({ canary: 50 }) });
    expect(one.edgeSeed).not.toBe(other.edgeSeed);
    const expected = drawn(one.edgeSeed, 'production/hello', 2, 50, 30);
    expect(await versionsServed(`${one.edge}/`, 30)).toEqual(expected);
  });
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

describe('a version that misbehaves', () => {
  test.each([
    [{ failureShare: 1 }, 500, true],
    [{ failureShare: 1, status: 503 }, 503, true],
    [{ omitVersionHeader: true }, 200, false],
    [{ failureShare: 1, omitVersionHeader: 'failed' }, 500, false],
    [{ omitVersionHeader: 'failed' }, 200, true],
    [{ latency: 5 }, 200, true],
  ] satisfies [Misbehaviour, number, boolean][])('%j', async (own, status, named) => {
    await using emulator = await startEmulator({ world: staged({ own }) });
    const seen = await answers(`${emulator.edge}/`, 4);
    expect(seen.map((one) => one?.status)).toEqual([status, status, status, status]);
    expect(seen.every((one) => (one?.headers['x-code-version'] === v1) === named)).toBe(true);
    expect(seen.every((one) => one?.text.includes(v1))).toBe(true);
    const failures = status >= 500 ? { [v1]: 4 } : {};
    expect(emulator.edgeStats).toEqual({ requests: { [v1]: 4 }, failures, cuts: {} });
  });

  test('in a share of its requests: users see as much of it as was asked for, and the edge counts the same', async () => {
    const own = { failureShare: 0.3, status: 502, cutShare: 0.2 };
    await using emulator = await startEmulator({ world: staged({ canary: 40, own }), edgeSeed: 1 });
    const agent = new Agent({ keepAlive: true });
    const seen = await answers(`${emulator.edge}/production/hello/`, 1_500, agent);
    agent.destroy();
    const { requests, failures, cuts } = emulator.edgeStats;
    const failed = seen.filter((one) => one?.status === 502);
    expect(failed.every((one) => one?.headers['x-code-version'] === v2)).toBe(true);
    expect(failures).toEqual({ [v2]: failed.length });
    expect(cuts).toEqual({ [v2]: seen.filter((one) => one === undefined).length });
    expect((requests[v1] ?? 0) + (requests[v2] ?? 0)).toBe(1_500);
    // Within four standard deviations of what is expected of 1,500.
    for (const [counted, share] of [
      [requests[v2], 0.4],
      [failures[v2], 0.4 * 0.3],
      [cuts[v2], 0.4 * 0.2],
    ] as const) {
      const off = Math.abs((counted ?? 0) - 1_500 * share);
      expect(off).toBeLessThan(4 * Math.sqrt(1_500 * share * (1 - share)));
    }
  });
});

/** Asks by hand, and tells how the connection ended and what came over it before. */
function byHand({ edge }: Emulator): Promise<{ readonly end: string; readonly text: string }> {
  const { hostname, port } = new URL(edge);
  return new Promise((done) => {
    let text = '';
    const socket = connect(Number(port), hostname);
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => done({ end: error.code ?? '', text }));
    socket.once('end', () => done({ end: 'closed', text }));
    socket.write('POST / HTTP/1.1\r\nhost: edge\r\ncontent-length: 4\r\n\r\nbo');
    setImmediate(() => socket.write('dy'));
  });
}

describe('a connection that is cut once the request was received', () => {
  test.each([
    ['reset', 'ECONNRESET'],
    ['close', 'closed'],
  ] as const)('%s', async (cut, end) => {
    await using emulator = await startEmulator({ world: staged({ own: { cutShare: 1, cut } }) });
    expect(await byHand(emulator)).toEqual({ end, text: '' });
    expect(emulator.edgeStats).toEqual({ requests: { [v1]: 1 }, failures: {}, cuts: { [v1]: 1 } });
  });

  test('is reset unless told otherwise, and not before its latency is over', async () => {
    await using emulator = await startEmulator({ world: staged({ own: { cutShare: 1, latency: 60 } }) });
    const started = performance.now();
    expect((await byHand(emulator)).end).toBe('ECONNRESET');
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  test('silent: it stays open, nothing comes, and it holds the emulator from nothing', async () => {
    const world = staged({ own: { cutShare: 1, cut: 'silent' } });
    const emulator = await startEmulator({ world });
    let ended = false;
    const silent = byHand(emulator).finally(() => {
      ended = true;
    });
    const version = world.routines['hello']?.versions[0];
    while (emulator.edgeStats.cuts[v1] === undefined) await new Promise(setImmediate);
    if (version !== undefined) version.misbehaviour = {};
    expect((await send(`${emulator.edge}/`)).status).toBe(200);
    expect(ended).toBe(false);
    await emulator.close();
    expect((await silent).text).toBe('');
  });
});

describe('an outage of the site', () => {
  test('is from one instant to another, and hits every version', async () => {
    let clock = at;
    const world = staged({
      canary: 50,
      outages: [{ from: at + 1_000, until: at + 3_000, failureShare: 1, status: 503 }],
    });
    await using emulator = await startEmulator({ world, edgeSeed: 1, now: () => clock });
    const statuses = async () => new Set((await answers(`${emulator.edge}/`, 20)).map((one) => one?.status));
    for (const [after, status] of [
      [999, 200],
      [1_000, 503],
      [2_999, 503],
      [3_000, 200],
    ] as const) {
      clock = at + after;
      expect(await statuses()).toEqual(new Set([status]));
    }
    const { requests, failures } = emulator.edgeStats;
    expect(Object.keys(failures).toSorted()).toEqual([v1, v2].toSorted());
    expect((failures[v1] ?? 0) + (failures[v2] ?? 0)).toBe(40);
    expect((requests[v1] ?? 0) + (requests[v2] ?? 0)).toBe(80);
  });

  test('comes on top of what a version does by itself: shares, latency, header', async () => {
    const own = { failureShare: 0.5, status: 500 };
    const outages = [{ failureShare: 0.4, status: 503, omitVersionHeader: true }];
    await using emulator = await startEmulator({ world: staged({ canary: 50, own, outages }), edgeSeed: 1 });
    const agent = new Agent({ keepAlive: true });
    const seen = await answers(`${emulator.edge}/`, 1_000, agent);
    agent.destroy();
    expect(seen.every((one) => one?.headers['x-code-version'] === undefined)).toBe(true);
    const { requests } = emulator.edgeStats;
    const shares = (version: string, status: number) =>
      seen.filter((one) => one?.status === status && one.text.includes(version)).length / (requests[version] ?? 0);
    for (const [version, status, share] of [
      [v1, 503, 0.4],
      [v2, 503, 0.4],
      [v1, 500, 0],
      [v2, 500, 0.6 * 0.5],
    ] as const) {
      const deviation = Math.sqrt((share * (1 - share)) / (requests[version] ?? 0));
      expect(Math.abs(shares(version, status) - share)).toBeLessThanOrEqual(4 * deviation);
    }
  });

  test('the first that is under way counts, and its latency is added', async () => {
    const outages = [
      { until: at, failureShare: 1, status: 501 },
      { from: at, latency: 30 },
      { failureShare: 1, status: 502 },
    ];
    const world = staged({ own: { latency: 30 }, outages });
    await using emulator = await startEmulator({ world, now: () => at });
    const started = performance.now();
    expect((await send(`${emulator.edge}/`)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(55);
  });
});
