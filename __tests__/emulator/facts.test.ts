import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from '@jest/globals';
import { jsonOf } from '../../contract/report.js';
import { factsGiven, readFacts } from '../../emulator/facts.js';
import { defaultQuirks, type Quirks } from '../../emulator/quirks.js';
import { contractWorld, onScene } from '../support/contract/virtual-run.js';
import { ask } from '../support/emulator/signed-request.js';

const folder = mkdtempSync(join(tmpdir(), 'facts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, text);
  return file;
}

const reportOf = (quirks: object) => written(JSON.stringify({ version: 1, quirks }));

const OTHERWISE: Partial<Quirks> = {
  neverDeployed: 'no-code-versions',
  numericCodeVersion: true,
  numericDeploymentId: true,
  deploymentIdDiffers: true,
  creationTime: 'offset',
  versionOrder: 'older-first',
  splitMembers: 'last-first',
  lagReads: 1,
  percentZero: 'accepted',
  zeroShown: false,
  unknownVersion: { code: 'CodeVersionNotExist', status: 404, message: 'There is none.' },
  redeploy: 'same-deployment',
  edgeDelay: 2_000,
  routing: 'per-connection',
};

test('a service that is played as it was found is found the same again', async () => {
  const rounds: Partial<Quirks>[] = [];
  let played: Partial<Quirks> = OTHERWISE;
  for (let round = 0; round < 2; round += 1) {
    await onScene(contractWorld(played), async ({ check, reported }) => {
      const file = written(jsonOf(reported(await check(['--publish']))));
      played = readFacts(file);
      rounds.push(played);
    });
  }
  expect(rounds[0]).toMatchObject(OTHERWISE);
  expect(rounds[1]).toEqual(rounds[0]);
});

describe('what is no report is refused, with the file and what is wrong', () => {
  test.each([
    ['', /report.json holds no report/],
    ['[]', /holds no report/],
    ['null', /holds no report/],
    ['{"quirks":[]}', /holds no report/],
    ['{"quirks":{"nonsense":true}}', /nonsense is true/],
    ['{"quirks":{"__proto__":1,"constructor":1}}', /constructor is 1|__proto__/],
    ['{"quirks":{"versionOrder":"sideways"}}', /versionOrder is "sideways"/],
    ['{"quirks":{"lagReads":-1}}', /lagReads is -1/],
    ['{"quirks":{"percentZero":{"code":"A B","status":400,"message":""}}}', /percentZero is/],
    ['{"quirks":{"throttlingCode":"no code"}}', /throttlingCode is/],
    ['{"quirks":{"dateHeader":{"text":"soon"}}}', /dateHeader is/],
  ])('%s', (text, expected) => {
    const file = written(text);
    expect(() => readFacts(file)).toThrow(expected);
  });
});

test('ESA_FACTS is for worlds that say nothing else, and leaves alone what the tests count on', () => {
  expect(factsGiven({})).toEqual({});
  const file = reportOf({ ...OTHERWISE, versionHeader: false, requestsPerSecond: 3 });
  const { lagReads, edgeDelay, routing, versionOrder, ...rest } = OTHERWISE;
  expect([lagReads, edgeDelay, routing, versionOrder]).not.toContain(undefined);
  expect(factsGiven({ ESA_FACTS: file })).toEqual(rest);
});

const main = resolve(import.meta.dirname, '../../emulator/main.js');

test('--facts: the emulator alone answers as the report says', async () => {
  const child = spawn(process.execPath, [main, '--facts', reportOf({ numericCodeVersion: true })]);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { api, versions } = JSON.parse(line) as { api: string; versions: readonly string[] };
  const { text } = await ask(api, { action: 'GetRoutine', parameters: { Name: 'hello' } });
  expect(text).toContain(`"CodeVersion":${versions[0]}`);
  child.kill();
  await once(child, 'close');
});

test('--facts that are none: the mistake is told, and nothing starts', async () => {
  const child = spawn(process.execPath, [main, '--facts', reportOf({ lagReads: 'many' })]);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  expect([code, said]).toEqual([2, expect.stringMatching(/no fact that can be played: lagReads is "many"/)]);
});

/** Tests that go by the emulator, under what a service was found to do. */
async function testsUnder(file: string): Promise<{ readonly code: number; readonly said: string }> {
  const root = resolve(import.meta.dirname, '../../..');
  const jest = [
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    'build/__tests__/alibaba/log-service.test.js',
  ];
  const child = spawn(process.execPath, jest, { cwd: root, env: { ...process.env, ESA_FACTS: file } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

test('ESA_FACTS: the tests run as the report says, and not at all by one that is none', async () => {
  const run = await testsUnder(reportOf(OTHERWISE));
  expect([run.code, run.said]).toEqual([0, expect.stringContaining('ESA_FACTS: these tests play neverDeployed "no-')]);
  const [, left = ''] = /NOT played, since tests count on their own: (.*?)\. `npm run emulator/.exec(run.said) ?? [];
  expect(left.split(', ').toSorted()).toEqual([
    'edgeDelay 2000',
    'lagReads 1',
    'routing "per-connection"',
    'versionOrder "older-first"',
  ]);
  const { code, said } = await testsUnder(reportOf({ lagReads: 'many' }));
  expect([code, said]).toEqual([1, expect.stringContaining('has no fact that can be played')]);
});

test('the defaults are facts that a report can have', () => {
  expect(() =>
    readFacts(
      reportOf(Object.fromEntries(Object.keys(OTHERWISE).map((name) => [name, defaultQuirks[name as keyof Quirks]]))),
    ),
  ).not.toThrow();
});
