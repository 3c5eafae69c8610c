import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { type Emulator, type LogWorld, startEmulator } from '../../emulator/emulator.js';
import { queryOf } from '../../src/gates/logs.js';

const PLACE = { project: 'my-logs', logstore: 'edge' };
const NOW = Date.UTC(2026, 10, 25, 12);
const FROM = NOW / 1_000 - 60;

async function started(logs: Partial<LogWorld> = {}, now = () => NOW): Promise<Emulator> {
  const emulator = await startEmulator({ now, edgeSeed: 7 });
  emulator.world.logs = { ...PLACE, ...logs };
  return emulator;
}

interface Asking {
  readonly query?: string;
  readonly from?: number;
  readonly to?: number;
  readonly secret?: string;
  readonly date?: number;
  readonly host?: string;
}

/** GetLogs, signed here once more: by the documentation, and by no code of the emulator or the action. */
async function getLogs({ api, world }: Emulator, asking: Asking = {}) {
  const { query = '*', from = FROM, to = NOW / 1_000, date = NOW, host = `my-logs.${new URL(api).host}` } = asking;
  const { accessKeyId = '', accessKeySecret = '' } = world.credentials[0] ?? {};
  const parameters = { type: 'log', from: String(from), to: String(to), query };
  const headers = {
    date: new Date(date).toUTCString(),
    'x-log-apiversion': '0.6.0',
    'x-log-bodyrawsize': '0',
    'x-log-signaturemethod': 'hmac-sha1',
  };
  const toSign = [
    'GET',
    '',
    '',
    headers.date,
    'x-log-apiversion:0.6.0',
    'x-log-bodyrawsize:0',
    'x-log-signaturemethod:hmac-sha1',
    `/logstores/edge?from=${from}&query=${query}&to=${to}&type=log`,
  ].join('\n');
  const signature = createHmac('sha1', asking.secret ?? accessKeySecret)
    .update(toSign)
    .digest('base64');
  const url = new URL(`/logstores/edge?${new URLSearchParams(parameters).toString()}`, api);
  const sent = request(url, { headers: { ...headers, host, authorization: `LOG ${accessKeyId}:${signature}` } });
  const response = await new Promise<import('node:http').IncomingMessage>((done, refuse) =>
    sent.once('response', done).once('error', refuse).end(),
  );
  const body = JSON.parse(await text(response)) as Record<string, string>[] & { errorCode?: string };
  return { status: response.statusCode, body, progress: response.headers['x-log-progress'] };
}

const sumOf = (rows: readonly Record<string, string>[], name: string) =>
  rows.reduce((sum, row) => sum + Number(row[name]), 0);

describe('logs of the edge', () => {
  test('tell the version, the status and the error of each request that was served', async () => {
    await using emulator = await started();
    await fetch(`${emulator.edge}/production/hello/`);
    emulator.world.outages = [{ failureShare: 1, status: 503 }];
    await fetch(`${emulator.edge}/production/hello/`);
    emulator.world.outages = [{ cutShare: 1 }];
    await fetch(`${emulator.edge}/production/hello/`).catch(() => undefined);
    const version = emulator.world.routines['hello']?.versions[0]?.codeVersion;
    const { body } = await getLogs(emulator, { to: NOW / 1_000 + 1 });
    const seen = body.map(({ RoutineName, CodeVersion, ErrorCode, ResponseStatus }) => [
      RoutineName,
      CodeVersion,
      ErrorCode,
      ResponseStatus,
    ]);
    expect(seen).toEqual([
      ['hello', version, '0', '200'],
      ['hello', version, '0', '503'],
      ['hello', version, '1', '0'],
    ]);
  });
});

describe('traffic that nobody sends', () => {
  const GATE = { ...PLACE, expect: [{ from: 200, to: 399 }] };
  const query = ({ world }: Emulator) => {
    const [stable = '', canary = ''] = world.routines['hello']?.versions.map(({ codeVersion }) => codeVersion) ?? [];
    return queryOf(GATE, { routine: 'hello', canary, stable, weight: 5, since: 0, now: 0, interval: 0, limit: 0 }, 15);
  };

  test('is drawn by the split that was live, fails by the share of its version, and is the same each time', async () => {
    await using emulator = await started({ traffic: [{ routine: 'hello', rate: 100 }] });
    const [stable, canary] = emulator.world.routines['hello']?.versions ?? [];
    if (canary !== undefined) canary.misbehaviour = { failureShare: 0.5 };
    const production = emulator.world.routines['hello']?.environments.production;
    const split = [
      { codeVersion: canary?.codeVersion ?? '', percentage: 20 },
      { codeVersion: stable?.codeVersion ?? '', percentage: 80 },
    ];
    production?.history.push({
      deployId: '9',
      creationTime: '',
      strategy: 'percentage',
      codeVersions: split,
      at: FROM * 1_000,
    });
    const { body } = await getLogs(emulator, { query: query(emulator) });
    expect((await getLogs(emulator, { query: query(emulator) })).body).toEqual(body);
    expect(sumOf(body, 'answers')).toBe(6_000);
    const ours = body.filter(({ who }) => who === 'canary');
    expect(sumOf(ours, 'answers') / 6_000).toBeCloseTo(0.2, 1);
    expect(sumOf(ours, 'good') / sumOf(ours, 'answers')).toBeCloseTo(0.5, 1);
    expect([...new Set(body.map(({ span }) => Number(span) % 15))]).toEqual([0]);
  });

  test('is not counted where a third version answered, as in staging', async () => {
    await using emulator = await started({});
    const { staging } = emulator.world.routines['hello']?.environments ?? {};
    const third = emulator.world.routines['hello']?.versions[2]?.codeVersion ?? '';
    if (staging?.current !== undefined) staging.current.codeVersions = [{ codeVersion: third, percentage: 100 }];
    for (const env of ['production', 'staging']) await fetch(`${emulator.edge}/${env}/hello/`);
    const { body } = await getLogs(emulator, { query: query(emulator), to: NOW / 1_000 + 1 });
    expect(sumOf(body, 'answers')).toBe(1);
    const rows = await getLogs(emulator, { to: NOW / 1_000 + 1 });
    expect(rows.body.map(({ CodeVersion }) => CodeVersion)).toContain(third);
  });

  test('arrives late, as logs do, and once', async () => {
    let now = NOW;
    await using emulator = await started(
      { traffic: [{ routine: 'hello', rate: 10 }], delay: 10_000, late: { share: 0.3, by: 30_000 } },
      () => now,
    );
    const seen = async () => sumOf((await getLogs(emulator, { query: query(emulator), date: now })).body, 'answers');
    const early = await seen();
    now += 20_000;
    const later = await seen();
    now += 60_000;
    expect([early < later, later < 600, await seen()]).toEqual([true, true, 600]);
  });

  test('is not all there where the answer says so', async () => {
    await using emulator = await started({ traffic: [{ routine: 'hello', rate: 10 }], incomplete: 1 });
    const [first, second] = [
      await getLogs(emulator, { query: query(emulator) }),
      await getLogs(emulator, { query: query(emulator) }),
    ];
    expect([first.progress, second.progress]).toEqual(['Incomplete', 'Complete']);
    expect(sumOf(first.body, 'answers')).toBeLessThan(sumOf(second.body, 'answers'));
  });
});

describe('a request is refused', () => {
  test.each<[string, Partial<LogWorld>, Asking, number, string]>([
    ['for a project that is not there', { project: 'x' }, {}, 404, 'ProjectNotExist'],
    ['for a logstore that is not there', { logstore: 'x' }, {}, 404, 'LogStoreNotExist'],
    ['without an index', { index: null }, {}, 404, 'IndexConfigNotExist'],
    ['with a wrong secret', {}, { secret: 'x' }, 401, 'SignatureNotMatch'],
    ['by a clock that is wrong', {}, { date: NOW - 16 * 60_000 }, 400, 'RequestTimeExpired'],
    ['over an empty window', {}, { to: FROM }, 400, 'ParameterInvalid'],
    ['for SQL that it does not know', {}, { query: '* | SELECT 1' }, 400, 'ParameterInvalid'],
    ['by a script', { errors: [{ status: 503, errorCode: 'ServerBusy', errorMessage: '' }] }, {}, 503, 'ServerBusy'],
  ])('%s', async (_, logs, asking, status, code) => {
    await using emulator = await started(logs);
    const answer = await getLogs(emulator, asking);
    expect([answer.status, answer.body.errorCode]).toEqual([status, code]);
  });

  test('without the permission, and by a key that is disabled', async () => {
    await using emulator = await started();
    emulator.world.credentials = [{ accessKeyId: 'k', accessKeySecret: 's', allow: ['esa:GetRoutine'] }];
    expect((await getLogs(emulator)).body.errorCode).toBe('Unauthorized');
    emulator.world.credentials = [{ accessKeyId: 'k', accessKeySecret: 's', active: false }];
    expect((await getLogs(emulator)).body.errorCode).toBe('Unauthorized');
  });
});

/** A Python that has the official client of Log Service; `LOG_PYTHON` names one. */
const python = process.env['LOG_PYTHON'] ?? 'python3';
const hasClient = spawnSync(python, ['-c', 'import aliyun.log']).status === 0;

(hasClient ? test : test.skip)(
  'the official Python client reads them, by both of its operations',
  async () => {
    await using emulator = await started({ traffic: [{ routine: 'hello', rate: 5 }] }, Date.now);
    const { accessKeyId, accessKeySecret } = emulator.world.credentials[0] ?? {};
    const program = `
import socket, sys, time
from aliyun.log import LogClient
port, key, secret = sys.argv[1:]
# Before the host stands the project, and not every machine knows names below localhost.
known = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: known(host.replace('my-logs.', ''), *more, **named)
client = LogClient('http://localhost:' + port, key, secret)
to = int(time.time()) - 1
for v2 in (True, False):
    client._get_logs_v2_enabled = v2
    answer = client.get_log('my-logs', 'edge', to - 4, to, query='RoutineName: "hello"')
    print(answer.is_completed(), answer.get_count(), sorted(answer.get_logs()[0].get_contents()))
`;
    const child = spawn(python, ['-c', program, new URL(emulator.api).port, accessKeyId ?? '', accessKeySecret ?? '']);
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const line = "True 20 ['CodeVersion', 'ErrorCode', 'ResponseStatus', 'RoutineName']";
    expect([out.trim().split('\n'), errors.includes('Traceback')]).toEqual([[line, line], false]);
  },
  30_000,
);
