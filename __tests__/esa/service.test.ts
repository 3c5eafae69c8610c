import { describe, expect, test } from '@jest/globals';
import type { Reply } from '../../src/alibaba/call.js';
import { esaService } from '../../src/esa/service.js';
import type { Operation } from '../../src/esa/transport.js';
import type { UnstampedEvent } from '../../src/ports.js';

const VERSION = '1766590022381161014';
const refusal = (Code: string, status = 400): Reply => ({
  kind: 'error',
  status,
  error: { Code, Message: 'No.' },
  retryAfter: undefined,
  requestId: 'A1',
});
const answer = (body: object): Reply => ({
  kind: 'answer',
  status: 200,
  body: JSON.stringify({ RequestId: 'A1', ...body }),
  retryAfter: undefined,
  requestId: 'A1',
  date: undefined,
});
const lost: Reply = { kind: 'network', code: 'ECONNRESET', message: 'cut', connected: true };

/** A service that replies in this order, the last reply for ever, and a clock that moves by what is slept and sent. */
function replying(replies: readonly Reply[], more: { renewable?: boolean; took?: number } = {}) {
  const { renewable = false, took = 10 } = more;
  let clock = 0;
  const sent: Operation[] = [];
  const lines: Extract<UnstampedEvent, { kind: 'called' }>[] = [];
  const slept: number[] = [];
  let dropped = 0;
  const service = esaService(
    { routine: 'r', env: 'production', region: 'cn-hangzhou' },
    {
      send: async (operation) => {
        clock += took;
        sent.push(operation);
        return replies[Math.min(sent.length, replies.length) - 1] ?? lost;
      },
      append: (line) => {
        if (line.kind === 'called') lines.push(line);
      },
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        clock += milliseconds;
      },
      now: () => clock,
      redact: (text) => text.replaceAll('secret', '***'),
      invalidate: () => {
        dropped += 1;
        return renewable;
      },
      renewable,
      timeout: 30_000,
      hurry: new AbortController().signal,
    },
  );
  return { service, sent, lines, slept, dropped: () => dropped };
}
const split = [{ version: VERSION, weight: 100 }] as const;

describe('each call leaves a line', () => {
  test('a retried read: the pause that was announced is the pause that is made', async () => {
    const { service, lines, slept } = replying([lost, refusal('InternalError'), answer({})]);
    expect(await service.readLive(false)).toMatchObject({ ok: true, value: { kind: 'nothing' } });
    expect(lines.map(({ attempt, result }) => [attempt, result])).toEqual([
      [1, 'ECONNRESET'],
      [2, 'InternalError'],
      [3, 'OK'],
    ]);
    expect(slept).toHaveLength(2);
    expect(lines.map(({ retryIn }) => retryIn)).toEqual([...slept, undefined]);
  });

  test('a read that is given up: the last line announces nothing', async () => {
    const { service, lines, sent } = replying([lost]);
    expect(await service.readLive(false)).toMatchObject({ ok: false, error: { code: 'ECONNRESET' } });
    expect(lines).toHaveLength(sent.length);
    expect(lines.map(({ retryIn }) => retryIn === undefined)).toEqual([...Array(sent.length - 1).fill(false), true]);
  });

  test('a write is sent once, whatever comes of it', async () => {
    for (const reply of [lost, refusal('InternalError'), refusal('Throttling.User')]) {
      const { service, sent, lines } = replying([reply]);
      expect(await service.deploy(split, 2, false)).toMatchObject({ ok: false });
      expect(sent).toEqual(['CreateRoutineCodeDeployment']);
      expect(lines).toMatchObject([{ attempt: 2, retryIn: undefined }]);
    }
  });

  test('none where there were no keys to sign with', async () => {
    const fault = { ...(await faultOf(replying([refusal('NoPermission')]))), transient: false };
    const { service, lines } = replying([{ kind: 'unsigned', fault }]);
    expect(await service.readLive(false)).toMatchObject({ ok: false, error: { mayHaveActed: false } });
    expect(lines).toEqual([]);
  });
});

async function faultOf({ service }: ReturnType<typeof replying>) {
  const failed = await service.readLive(false);
  if (failed.ok) throw new Error('it did not fail');
  return failed.error;
}

test('reads stop after five times the time-out of a request, pauses included', async () => {
  const { service, sent } = replying([lost], { took: 30_000 });
  await service.readLive(false);
  expect(sent).toHaveLength(5);
});

test.each([lost, refusal('InternalError'), refusal('Throttling.User', 429)])(
  'a read that is made once is not tried again: %#',
  async (reply) => {
    const { service, sent, lines, slept } = replying([reply, answer({})]);
    expect(await service.readLive(false, true)).toMatchObject({ ok: false, error: { transient: true } });
    expect([sent.length, slept]).toEqual([1, []]);
    expect(lines).toMatchObject([{ attempt: 1, retryIn: undefined }]);
    expect(await service.readLive(false, true)).toMatchObject({ ok: true });
  },
);

describe('keys that have ended', () => {
  const ended = refusal('InvalidSecurityToken.Expired', 403);
  const unknown = refusal('InvalidAccessKeyId.NotFound', 404);

  test('are dropped once for each refusal, and the read is retried where there are others', async () => {
    const { service, dropped } = replying([ended, answer({})], { renewable: true });
    expect(await service.readLive(false)).toMatchObject({ ok: true });
    expect(dropped()).toBe(1);
  });

  test('are final where there are no others', async () => {
    const { service, sent } = replying([ended, answer({})]);
    expect(await service.readLive(false)).toMatchObject({ ok: false, error: { transient: false } });
    expect(sent).toHaveLength(1);
  });

  test('a key that is not known yet is transient only after another has worked', async () => {
    const first = replying([unknown, answer({})], { renewable: true });
    expect(await first.service.readLive(false)).toMatchObject({ ok: false });
    const later = replying([answer({}), unknown, answer({})], { renewable: true });
    await later.service.readLive(false);
    expect(await later.service.readLive(false)).toMatchObject({ ok: true });
  });
});

test('what an answer echoes of a secret is gone before it is read', async () => {
  const deploy = { DeployId: '7', CodeVersions: [{ CodeVersion: VERSION, Percentage: 100, Description: 'a secret' }] };
  const { service } = replying([answer({ Envs: [{ Env: 'production', CodeDeploy: deploy }] })]);
  expect(await service.readLive(false)).toMatchObject({ value: { details: [{ description: 'a ***' }] } });
});

describe('the list of versions', () => {
  const versions = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ CodeVersion: String(from - index) }));
  const page = (from: number, count: number, TotalCount?: number) =>
    answer({ CodeVersions: versions(from, count), ...(TotalCount !== undefined && { TotalCount }) });

  test('is asked for as far as it is needed, and no page twice', async () => {
    const { service, sent } = replying([page(40, 20, 40), page(20, 20, 40)]);
    const list = service.openListing();
    expect(await list([])).toMatchObject({ value: { complete: false, versions: { length: 20 } } });
    await list(['40', '21']);
    expect(sent).toHaveLength(1);
    expect(await list(['20'])).toMatchObject({ value: { complete: true, versions: { length: 40 } } });
    await list('all');
    await list(['999']);
    expect(sent).toHaveLength(2);
  });

  test('ends after the second page, where one is short, and where one has nothing', async () => {
    for (const [replies, calls, complete] of [
      [[page(60, 20), page(40, 20), page(20, 20)], 2, false],
      [[page(60, 20, 60), page(40, 20, 60)], 2, false],
      [[page(60, 19)], 1, true],
      [[page(60, 20, 20)], 1, true],
      [[page(60, 20), page(40, 0)], 2, true],
      [[page(60, 0, 3)], 1, false],
    ] as const) {
      const { service, sent } = replying(replies);
      expect(await service.openListing()('all')).toMatchObject({ value: { complete } });
      expect(sent).toHaveLength(calls);
    }
  });

  test('has a version once that an upload moved from the first page to the second', async () => {
    const { service } = replying([page(40, 20, 40), page(21, 20, 41)]);
    expect(await service.openListing()('all')).toMatchObject({ value: { complete: false, versions: { length: 39 } } });
  });

  test('is asked for again where that failed, and each list begins anew', async () => {
    const { service, sent } = replying([page(40, 20, 40), refusal('Forbidden.RAM'), page(20, 20, 40)]);
    const list = service.openListing();
    expect(await list('all')).toMatchObject({ ok: false, error: { code: 'Forbidden.RAM' } });
    expect(await list('all')).toMatchObject({ value: { complete: true, versions: { length: 40 } } });
    await service.openListing()([]);
    expect(sent).toHaveLength(4);
  });
});
