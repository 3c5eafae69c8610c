import type { RequestListener } from 'node:http';
import { expect, test } from '@jest/globals';
import type { Finding } from '../../../contract/finding.js';
import { contractWorld, onScene } from '../../support/contract/virtual-run.js';
import { answering } from '../../support/network/listening.js';

/** What is told of the edge where something else than it answers at `--url`. */
async function toldOf(stranger: RequestListener, args: readonly string[] = []): Promise<ReadonlyMap<string, Finding>> {
  const times: number[] = [];
  let now = () => 0;
  await using server = await answering((request, response) => {
    times.push(now());
    stranger(request, response);
  });
  const told = new Map<string, Finding>();
  await onScene(contractWorld(), async ({ check, world, clock, emulator }) => {
    now = clock.now;
    const before = world.routines['hello']?.environments.staging.current?.codeVersions;
    const asked = ['--url', `${server.url}/`, '--only', 'version-header,edge-delay,routing', ...args];
    const { findings = [], restored } = await check(asked);
    expect([restored, world.routines['hello']?.environments.staging.current?.codeVersions]).toEqual([true, before]);
    // Those of the API and to the edge together.
    const all = [...times, ...emulator.requests.map(({ at }) => at)].toSorted((one, other) => one - other);
    expect(all.filter((time, index) => time - (all[index - 2] ?? Number.NEGATIVE_INFINITY) < 1_000)).toEqual([]);
    for (const finding of findings) told.set(finding.fact, finding);
  });
  return told;
}

const EDGE = ['version-header', 'edge-delay', 'routing'];

let requests = 0;
const STRANGERS: Readonly<Record<string, readonly [RequestListener, RegExp]>> = {
  'a page that is always the same': [
    (_, response) => response.end('<html>'),
    /^both versions answer alike for 60 s \(HTTP 200\)/,
  ],
  'nothing there': [
    (_, response) => response.writeHead(404).end(),
    /^both versions answer alike for 60 s \(HTTP 404\)/,
  ],
  'a redirect to itself': [
    (_, response) => response.writeHead(302, { location: '/' }).end(),
    /redirect, HTTP 302; check --url$/,
  ],
  'no permission': [(_, response) => response.writeHead(401).end(), /^the edge answered HTTP 401, .*; check --url$/],
  'a connection that is cut': [
    (request) => request.socket.destroy(),
    /^the edge could not be asked: ECONNRESET; check --url$/,
  ],
  'another answer each time': [(_, response) => response.end(String(Math.random())), /^both versions answer alike/],
  'something that changes by itself, once': [
    (_, response) => {
      requests += 1;
      response.end(requests <= 25 ? 'old' : 'new');
    },
    /^what answers does not change with the version for 60 s: .*--url is no address that this routine serves in staging$/,
  ],
};

test.each(Object.keys(STRANGERS))('a wrong --url is told, and nothing else of the edge: %s', async (name) => {
  const [stranger, expected] = STRANGERS[name] ?? [];
  if (stranger === undefined || expected === undefined) throw new Error(name);
  requests = 0;
  const told = await toldOf(stranger);
  for (const fact of EDGE)
    expect([fact, told.get(fact)]).toEqual([
      fact,
      { fact, kind: 'could not be told', why: expect.stringMatching(expected) },
    ]);
});

test('under --upload nobody is told to give it, for those versions are different', async () => {
  const told = await toldOf((_, response) => response.end('<html>'), ['--upload']);
  const why = expect.stringMatching(/those that were uploaded do not: .*--url is no address that this routine serves/);
  for (const fact of EDGE) expect(told.get(fact)).toEqual({ fact, kind: 'could not be told', why });
  expect(JSON.stringify([...told.values()])).not.toMatch(/--upload (?:makes|would)|, which --upload's/);
});

test('--only routing makes the check that it goes by', async () => {
  await onScene(contractWorld(), async ({ check }) => {
    const { findings = [] } = await check(['--only', 'routing']);
    expect(findings.find(({ fact }) => fact === 'routing')).toMatchObject({ kind: 'as assumed' });
  });
});
