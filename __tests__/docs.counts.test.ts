import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { readCounts } from '../src/gates/counts.js';
import { succeeded } from '../src/rollout/result.js';
import { gateCommand, lacksTools } from './support/documents.js';
import { answering } from './support/network/listening.js';

const withTools = lacksTools ? describe.skip : describe;
const COUNTED = { canary: { good: 812, bad: 3 }, stable: { good: 15_385, bad: 40 }, since: 'step' };

withTools('counts from Prometheus, by curl and jq', () => {
  const series = (metric: Record<string, string>, value: string) => ({ metric, value: [1_723_599_747.9, value] });
  const answer = (result: unknown) => JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  const seconds = () => Math.floor(Date.now() / 1_000);

  /** The very text of docs/gates.md, against a stand-in that takes the query and gives this. */
  async function ask(status: number, body: string, since = seconds() - 90) {
    const asked: string[] = [];
    await using server = await answering((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => asked.push(text));
      request.once('end', () => response.writeHead(status).end(body));
    });
    const env = {
      ...process.env,
      PROMETHEUS: server.url,
      GITHUB_SHA: 'abc',
      CANARY_SINCE: String(since),
      no_proxy: '*',
    };
    const ran = await promisify(execFile)('sh', ['-c', gateCommand('curl')], { env }).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
    );
    return { ...ran, query: new URLSearchParams(asked.join('')).get('query') ?? '' };
  }

  test('are those of both versions since the step went live, in whole numbers', async () => {
    const { stdout, code, query } = await ask(
      200,
      answer([
        series({ version: 'abc', status: '200' }, '811.97'),
        series({ version: 'abc', status: '502' }, '3.01'),
        series({ version: 'old', status: '200' }, '15383'),
        series({ version: 'old', status: '404' }, '2'),
        series({ status: '500' }, '40'),
      ]),
    );
    expect(readCounts(stdout.trimEnd())).toEqual(succeeded(COUNTED));
    expect(code).toBe(0);
    expect(query).toMatch(/^sum by \(version, status\) \(increase\(edge_requests_total\[9[0-9]s\]\)\)$/);
  });

  test('are none where nobody has asked yet', async () => {
    const { stdout } = await ask(200, answer([]));
    const none = { good: 0, bad: 0 };
    expect(readCounts(stdout.trimEnd())).toEqual(succeeded({ canary: none, stable: none, since: 'step' }));
  });

  test.each([
    ['an error', 400, '{"status":"error","errorType":"bad_data","error":"duration must be greater than 0"}'],
    ['an error page', 200, '<html>'],
    ['nothing', 200, ''],
    ['no vector', 200, '{"status":"success","data":{}}'],
  ])('cannot be told where Prometheus answers %s', async (_name, status, body) => {
    expect(await ask(status, body)).toMatchObject({ stdout: '', code: 75 });
  });

  test('are a mistake where they are no numbers', async () => {
    const { stdout } = await ask(200, answer([series({ version: 'abc', status: '200' }, 'NaN')]));
    expect(readCounts(stdout.trimEnd())?.ok).toBe(false);
  });
});

withTools('counts from a log, by jq', () => {
  /** The very text of docs/gates.md, with a program that answers as `aliyun` does and writes down what it was asked. */
  function ask(answer: unknown) {
    const folder = mkdtempSync(join(tmpdir(), 'counts-'));
    writeFileSync(join(folder, 'answer'), answer === '' ? '' : JSON.stringify(answer));
    const stand = `#!/bin/sh\nfor each in "$@"; do printf '%s\\0' "$each"; done > '${folder}/asked'\ncat '${folder}/answer'\n`;
    writeFileSync(join(folder, 'aliyun'), stand, { mode: 0o755 });
    const { stdout, status } = spawnSync('sh', ['-c', gateCommand('aliyun')], {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}`, GITHUB_SHA: 'abc', CANARY_SINCE: '1723599747' },
      encoding: 'utf8',
    });
    const asked = readFileSync(join(folder, 'asked'), 'utf8').split('\0');
    rmSync(folder, { recursive: true });
    return { stdout, status, asked };
  }

  const logs = [
    { version: 'abc', good: '812', bad: '3' },
    { version: 'old', good: '15380', bad: '40' },
    { version: 'null', good: '5', bad: '0' },
  ];

  test('are those of both versions since the step went live', () => {
    const { stdout, asked } = ask({ logs, meta: { progress: 'Complete' } });
    expect(readCounts(stdout.trimEnd())).toEqual(succeeded(COUNTED));
    expect(asked).toContain('1723599747');
  });

  test('cannot be told by an answer that is not complete', () => {
    expect(ask({ logs, meta: { progress: 'Incomplete' } })).toMatchObject({ stdout: '', status: 75 });
    expect(ask({ Code: 'Unauthorized' })).toMatchObject({ stdout: '', status: 75 });
    expect(ask('')).toMatchObject({ stdout: '', status: 75 });
  });
});
