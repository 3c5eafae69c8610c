import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Finding } from '../../contract/finding.js';
import { defaultRelatedRecord } from '../../emulator/operations/operation.js';
import { privateCa } from '../support/network/private-ca.js';

const program = resolve(import.meta.dirname, '../support/contract/own-address.js');
const HOST = defaultRelatedRecord('hello');
const EDGE = ['--only', 'version-header,edge-delay,routing'];

interface Result {
  readonly restored: boolean;
  readonly complete: boolean;
  readonly facts: readonly Finding[];
  readonly servers: readonly string[];
  readonly operations: readonly string[];
  readonly probes: number;
  readonly text: string;
  readonly said: readonly string[];
}

/** Without an address: the nodes of GetRoutineStagingEnvIp, by TLS under the routine's own name, with a token. */
async function checked(quirks: object, names: readonly string[], trusted = true): Promise<Result> {
  using ca = privateCa(...names);
  const folder = mkdtempSync(join(tmpdir(), 'own-address-'));
  const files = ['cert', 'key'] as const;
  for (const file of files) writeFileSync(join(folder, file), ca.tls[file]);
  const given = [program, ...files.map((file) => join(folder, file)), JSON.stringify(quirks), ...EDGE];
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const run = promisify(execFile)(process.execPath, given, {
    env: trusted ? { ...env, NODE_EXTRA_CA_CERTS: ca.file } : env,
    maxBuffer: 2 ** 24,
  });
  try {
    return JSON.parse((await run).stdout) as Result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const toldBy = ({ facts }: Result) =>
  Object.fromEntries(
    facts
      .filter(({ fact }) => EDGE[1]?.includes(fact))
      .map((finding) => [finding.fact, finding.kind === 'could not be told' ? finding.why : finding.kind]),
  );

test('as is assumed: every request is one of TLS under the name of the routine, and nothing of the token is told', async () => {
  const result = await checked({}, [HOST]);
  expect(toldBy(result)).toEqual({
    'version-header': 'as assumed',
    'edge-delay': 'as assumed',
    routing: 'as assumed',
  });
  expect([result.restored, result.complete]).toEqual([true, true]);
  expect(result.servers).toEqual([`127.0.0.1:443 ${HOST}`]);
  expect(result.operations).toEqual(expect.arrayContaining(['GetRoutineAccessToken', 'GetRoutineStagingEnvIp']));
  expect(result.probes).toBeGreaterThan(400);
  expect(result.text + result.said.join('\n')).not.toMatch(/eyJ|esa_er_token|aliyun-esa/);
});

test('otherwise: it is told all the same', async () => {
  const result = await checked({ routing: 'per-connection', versionHeader: true, edgeDelay: 15_000 }, [HOST]);
  expect(toldBy(result)).toEqual({ 'version-header': 'otherwise', 'edge-delay': 'otherwise', routing: 'otherwise' });
});

test.each([
  ['a certificate that nobody trusts', [HOST], false],
  ['one of another name', ['hello.example.com'], true],
] as const)('%s: no request is sent, and that is told', async (_, names, trusted) => {
  const result = await checked({}, names, trusted);
  const why = expect.stringMatching(/^the edge could not be asked: [A-Z_]+; --url names another address$/);
  expect(toldBy(result)).toEqual({ 'version-header': why, 'edge-delay': why, routing: why });
  expect([result.probes, result.restored]).toEqual([0, true]);
});
