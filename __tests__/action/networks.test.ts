import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { deployments, everyOutput, live, onStage, SHORT_PAUSES, writes } from '../support/action/stage.js';
import { type Behaviour, badWay } from '../support/network/bad-way.js';
import { accepting, answering } from '../support/network/listening.js';

const WRITE = 'CreateRoutineCodeDeployment';
const TIMEOUT = 1_000;

const drip = (socket: import('node:net').Socket | null, text: string) => {
  socket?.write(text);
  const dripping = setInterval(() => socket?.write('x'), 20);
  socket?.once('close', () => clearInterval(dripping));
};
const flood: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const block = Buffer.alloc(1024 * 1024, '[');
  let left = 100;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(block)) return response.once('drain', more);
    }
    return response.end();
  };
  more();
};

/** What happens to every write, whether it takes effect, and the sentence that tells of it when it does not. */
const WAYS: readonly [string, boolean, RegExp, Behaviour][] = [
  [
    'reset before anything was sent on',
    false,
    /ECONNRESET|ConnectionClosed/,
    (response) => response.socket?.resetAndDestroy() && undefined,
  ],
  [
    'reset after it was carried out',
    true,
    /./,
    async (response, pass) => {
      await pass();
      response.socket?.resetAndDestroy();
    },
  ],
  [
    'half an answer',
    true,
    /./,
    async (response, pass) => {
      const { body } = await pass();
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
    },
  ],
  [
    'an answer after the time-out',
    true,
    /./,
    async (response, pass) => {
      const { status, body } = await pass();
      await after(2 * TIMEOUT);
      response.writeHead(status).end(body);
    },
  ],
  ['no answer at all', false, /ReadTimeout/, () => {}],
  ['headers that drip', false, /ReadTimeout/, (response) => drip(response.socket, 'HTTP/1.1 200 OK\r\nx-slow: ')],
  [
    'a body that drips',
    false,
    /ReadTimeout/,
    (response) => drip(response.socket, 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'),
  ],
  ['an answer of 100 MB', false, /AnswerTooLong/, flood],
  [
    'an answer of 100 MB after it was carried out',
    true,
    /./,
    async (response, pass) => {
      await pass();
      await flood(response, pass);
    },
  ],
  [
    'a head without an end',
    false,
    /HPE_HEADER_OVERFLOW/,
    (response) => response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}`) && undefined,
  ],
];

describe('a write on a bad way', () => {
  test.concurrent.each(WAYS)('%s: bounded, told, and never repeated blindly', async (_name, acts, sentence, behave) => {
    await onStage(async ({ emulator, versions, run }) => {
      await using way = await badWay(emulator.api, WRITE, behave);
      const before = deployments(emulator);
      const started = Date.now();
      const inputs = { versions: versions[1] ?? '', endpoint: way.url, 'api-timeout': `${TIMEOUT}ms` };
      const result = await run(inputs, SHORT_PAUSES);
      // Six tries, and half a minute in which the last may show, all pauses being a twentieth.
      expect(Date.now() - started).toBeLessThan(30_000);
      expect(result.outputs['outcome']).toBe(acts ? 'deployed' : 'failed');
      expect(deployments(emulator)).toBe(before + Number(acts));
      expect(live(emulator)).toEqual({ [versions[Number(acts)] ?? '']: 100 });
      expect(result.outputs['reason']).toMatch(sentence);
      if (acts) expect(way.times()).toBe(1);
      // Between two of them what is live was read.
      const seen = (JSON.parse(result.outputs['timeline'] ?? '[]') as { kind: string }[])
        .map(({ kind }) => kind)
        .filter((kind) => kind === 'write-failed' || kind === 'read');
      expect(seen.join(' ')).not.toContain('write-failed write-failed');
      everyOutput(result);
    });
  });

  test.concurrent.each([301, 302, 303, 307, 308])(
    'a redirect (%i) is not followed, least of all with the signature',
    async (status) => {
      let visited = 0;
      await using elsewhere = await answering((_, response) => {
        visited += 1;
        response.end('{}');
      });
      const location = `${elsewhere.url}/`;
      await onStage(async ({ emulator, versions, run }) => {
        await using way = await badWay(emulator.api, WRITE, (response) => {
          response.writeHead(status, { location }).end();
        });
        const result = await run({ versions: versions[1] ?? '', endpoint: way.url }, SHORT_PAUSES);
        expect(result.outputs['outcome']).toBe('failed');
        expect(result.log).toMatch(/redirect.*Check `endpoint`/);
        expect(way.times()).toBe(1);
        expect(writes(emulator)).toBe(0);
        expect(visited).toBe(0);
      });
    },
  );
});

describe('a read on a bad way', () => {
  test.concurrent.each(WAYS.filter(([, acts]) => !acts))(
    '%s: bounded, told',
    async (_name, _acts, sentence, behave) => {
      await onStage(async ({ emulator, versions, run }) => {
        await using way = await badWay(emulator.api, 'GetRoutine', behave);
        const started = Date.now();
        const inputs = { versions: versions[1] ?? '', endpoint: way.url, 'api-timeout': `${TIMEOUT}ms` };
        const result = await run(inputs, SHORT_PAUSES);
        // Five times the time-out, the pauses included, and what it takes to start.
        expect(Date.now() - started).toBeLessThan(5 * TIMEOUT + TIMEOUT + 3_000);
        expect(result.outputs['outcome']).toBe('failed');
        expect(result.outputs['reason']).toMatch(sentence);
        expect(writes(emulator)).toBe(0);
      });
    },
  );

  test.concurrent('a name that does not resolve, with advice on DNS and proxies', async () => {
    await onStage(async ({ versions, run }) => {
      const result = await run({
        versions: versions[1] ?? '',
        endpoint: 'https://nowhere.invalid',
        'api-timeout': '300ms',
      });
      expect(result.outputs['reason']).toMatch(/ENOTFOUND|EAI_AGAIN|ConnectTimeout/);
      expect(result.log).toMatch(/DNS|firewall/);
    });
  });

  test.concurrent('a connection that does not come about is told apart from an answer that does not', async () => {
    // Listens and never accepts: with a full backlog the kernel answers no further SYN, and TLS never begins otherwise.
    await using server = await accepting();
    await onStage(async ({ versions, run }) => {
      const result = await run({
        versions: versions[1] ?? '',
        endpoint: `https://127.0.0.1:${server.port}`,
        'api-timeout': '300ms',
      });
      expect(result.outputs['reason']).toMatch(
        /ConnectTimeout: no connection within [0-9]{3} ms; the service never received/,
      );
    });
  });
});

test.concurrent('connecting has a limit of its own, far below a long api-timeout', async () => {
  await using server = await accepting();
  const endpoint = `https://127.0.0.1:${server.port}`;
  await onStage(async ({ run }) => {
    const started = Date.now();
    const kill: { child?: { kill: (signal: NodeJS.Signals) => boolean } } = {};
    let told = 0;
    await run({ 'dry-run': 'true', endpoint, 'api-timeout': '10m' }, {}, undefined, {
      onStart: (child) => Object.assign(kill, { child }),
      onLine: (line) => {
        if (!line.includes('ConnectTimeout')) return;
        told = Date.now() - started;
        kill.child?.kill('SIGKILL');
      },
    });
    expect(told).toBeGreaterThan(9_000);
    expect(told).toBeLessThan(20_000);
  });
});

describe('bounds', () => {
  test('an answer of 100 MB costs no 100 MB', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'memory-'));
    const hook = join(folder, 'hook.cjs');
    writeFileSync(
      hook,
      `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`,
    );
    await onStage(async ({ emulator, run }) => {
      await using way = await badWay(emulator.api, 'GetRoutine', flood);
      const peak = async (endpoint: string) => {
        const file = join(folder, 'peak');
        await run({ 'dry-run': 'true', endpoint }, { NODE_OPTIONS: `--require ${hook}`, PEAK: file });
        return Number(readFileSync(file, 'utf8')) / 1024;
      };
      expect((await peak(way.url)) - (await peak(emulator.api))).toBeLessThan(50);
    });
    rmSync(folder, { recursive: true });
  });

  test('one line at the end sums the retries up; none when there were none', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: 'GetRoutine', times: 2, effect: { kind: 'error', code: 'Throttling.User' } });
      emulator.script({ operation: WRITE, effect: { kind: 'reset' } });
      const { log } = await run({ versions: versions[1] ?? '' }, SHORT_PAUSES);
      expect(log).toMatch(
        /^3 of 8 requests failed: Throttling\.User 2 times, ECONNRESET; waited [0-9.]+ s to try again$/m,
      );
      expect((await run({ versions: versions[1] ?? '' })).log).not.toContain('requests failed');
    });
  });
});
