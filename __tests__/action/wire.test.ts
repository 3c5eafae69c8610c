import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runStep, type StepResult } from '../../scripts/runner.js';
import { entry, everyOutput, node24, onStage, SHORT_PAUSES } from '../support/action/stage.js';
import { accepting, answering, type Listening } from '../support/network/listening.js';

/** What an emulator that speaks the API does not say: answers of another kind, byte by byte. */
const servers: Listening[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function listening(answer: RequestListener, host?: string): Promise<string> {
  const server = await answering(answer, host);
  servers.push(server);
  return server.url;
}

async function look(
  endpoint: string,
  inputs: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<StepResult> {
  return runStep({
    entry,
    node: node24,
    env: { ...SHORT_PAUSES, ...env },
    inputs: {
      routine: 'hello',
      env: 'production',
      'dry-run': 'true',
      'access-key-id': 'id',
      'access-key-secret': 'the-secret',
      'api-timeout': '2s',
      endpoint,
      ...inputs,
    },
  });
}

const LIVE = JSON.stringify({
  RequestId: 'A-1',
  Envs: [
    {
      Env: 'production',
      CodeDeploy: { DeployId: '1766590027913271190', CodeVersions: [{ CodeVersion: '42', Percentage: 100 }] },
    },
  ],
});

describe('answers that are understood', () => {
  test('an error as XML', async () => {
    const xml =
      '<?xml version="1.0"?><Error><Code>RoutineNotExist</Code><Message>no</Message><RequestId>A-2</RequestId></Error>';
    const url = await listening((_, response) =>
      response.writeHead(400, { 'content-type': 'text/xml;charset=utf-8' }).end(xml),
    );
    const result = await look(url);
    expect(result.outputs['reason']).toContain('RoutineNotExist (RequestId A-2)');
  });

  test.each(['Try again later.', 'Try again later..', 'Later. ', ''])(
    'a message that ends with a full stop, or is none (%j): sentences have one',
    async (Message) => {
      const url = await listening((_, response) =>
        response.writeHead(400).end(JSON.stringify({ Code: 'RoutineNotExist', RequestId: 'A-2', Message })),
      );
      for (const inputs of [{}, { canary: '42', 'dry-run': 'false' }, { versions: '42', 'dry-run': 'false' }]) {
        const { log, summary, outputs } = await look(url, inputs);
        expect(outputs['outcome']).toBe('failed');
        expect(log + summary + outputs['reason']).not.toMatch(/[.:] *\.(?:\s|$)/m);
      }
    },
  );

  test('over IPv6', async () => {
    const url = await listening((_, response) => response.end(LIVE), '::1');
    expect((await look(url)).outputs).toMatchObject({ outcome: 'planned', versions: '42=100' });
  });
});

describe('answers that are not', () => {
  const hopeless: [string, RequestListener, RegExp][] = [
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'https://evil.example/' }).end(),
      /NotJson\.302/,
    ],
    ['another server', (_, response) => response.writeHead(404).end('<html>not here</html>'), /NotJson\.404/],
    [
      'gzip, though nobody takes it',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(LIVE)),
      /NotJson\.200/,
    ],
    ['null', (_, response) => response.end('null'), /NotJson\.200/],
    ['an empty object', (_, response) => response.end('{}'), /AnswerNotUnderstood/],
    ['three versions', (_, response) => response.end(split([50, 30, 20])), /the split of production is not one/],
    ['percentages of 99', (_, response) => response.end(split([50, 49])), /the split of production is not one/],
    ['a fraction', (_, response) => response.end(split([99.5, 0.5])), /AnswerNotUnderstood/],
    [
      'JSON a mile deep',
      (_, response) => response.end(`{"RequestId":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      /AnswerNotUnderstood/,
    ],
    [
      'the same key twice',
      (_, response) => response.end('{"RequestId":"1","Envs":[],"Envs":null}'),
      /AnswerNotUnderstood/,
    ],
  ];
  const split = (weights: readonly number[]) =>
    JSON.stringify({
      RequestId: 'R',
      Envs: [
        {
          Env: 'production',
          CodeDeploy: {
            CodeVersions: weights.map((Percentage, index) => ({ CodeVersion: String(index), Percentage })),
          },
        },
      ],
    });

  test.each(hopeless)('%s: failed, told, bounded, and no repeat without sense', async (_name, answer, sentence) => {
    const url = await listening(answer);
    const result = await look(url);
    expect(result.outputs['outcome']).toBe('failed');
    expect(result.outputs['reason']).toMatch(sentence);
    expect(result.exitCode).toBe(1);
    everyOutput(result);
  });

  test('an answer that drips outlives no api-timeout', async () => {
    const url = await listening((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drip));
    });
    const started = Date.now();
    const result = await look(url, { 'api-timeout': '300ms' });
    expect(result.outputs['reason']).toContain('ReadTimeout');
    // Five tries of 300 ms, and pauses of at most 0.4, 0.8, 1.6 and 3.2 s, of which a twentieth is waited.
    expect(Date.now() - started).toBeLessThan(8_000);
  });

  test('garbage in place of HTTP', async () => {
    await using server = await accepting((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    const result = await look(server.url);
    expect(result.outputs['outcome']).toBe('failed');
  });
});

describe('strings of the service', () => {
  test.each([
    ['a RequestId, a date and a description', '1766590027913271190', '42', 'planned'],
    ['a DeployId', undefined, '42', 'failed'],
    ['a version', '1766590027913271190', undefined, 'failed'],
  ])('%s that hold commands and markup stay text, and are no id', async (_, DeployId, CodeVersion, outcome) => {
    const evil = 'x\n::error::forged\r\n##[group]|<img src=x>[a](http://e.example)';
    const share = { CodeVersion: CodeVersion ?? evil, Percentage: 100, Description: evil, CreateTime: evil };
    const CodeDeploy = { DeployId: DeployId ?? evil, CreationTime: evil, CodeVersions: [share] };
    const url = await listening((_request, response) =>
      response.end(JSON.stringify({ RequestId: evil, Envs: [{ Env: 'production', CodeDeploy }] })),
    );
    const result = await look(url);
    expect(result.outputs).toMatchObject({ outcome, 'request-id': '' });
    expect(result.log).not.toMatch(/^::error::forged|##\[/m);
    expect(result.summary).not.toMatch(/<img|\]\(http/);
  });

  test('a secret that the service echoes, plain or encoded, is not repeated', async () => {
    const secret = 'the/secret+with=signs';
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    const url = await listening((_, response) =>
      response
        .writeHead(403)
        .end(
          JSON.stringify({ Code: 'Forbidden', RequestId: forms.join(), Message: `you sent ${forms.join(' and ')}` }),
        ),
    );
    const result = await look(url, { 'access-key-secret': secret });
    const left =
      result.log.replace(/^::add-mask::.*$/gm, '') + result.summary + JSON.stringify([result.outputs, result.state]);
    for (const form of forms) expect(left).not.toContain(form);
  });
});

test('a fault in the action itself: its stack, where to report it, every output, exit 1', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fault-'));
  const hook = join(folder, 'hook.cjs');
  writeFileSync(hook, "Date.now = () => { throw new Error('planted\\n::error::forged'); };");
  await onStage(async ({ emulator, run, versions }) => {
    const env = {
      NODE_OPTIONS: `--require ${hook}`,
      GITHUB_ACTION_REPOSITORY: 'owner/esa-canary-deploy',
      GITHUB_SERVER_URL: 'https://ghes.example',
    };
    const result = await run({ versions: versions[1] ?? '' }, env);
    expect(result.exitCode).toBe(1);
    everyOutput(result);
    expect(result.outputs).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('fault in the action itself'),
    });
    expect(result.log).toContain('https://ghes.example/owner/esa-canary-deploy/issues');
    expect(result.log).toContain('planted');
    expect(result.log).toContain('action.cjs');
    expect(result.log.match(/^::error/gm)).toHaveLength(1);
    expect(result.summary).toContain('a fault in this action');
    expect(emulator.requests.map((request) => request.action)).not.toContain('CreateRoutineCodeDeployment');
  });
  rmSync(folder, { recursive: true });
});

describe('the runner', () => {
  test('a summary that cannot be written is a warning, not a failure', async () => {
    await onStage(async ({ run, versions }) => {
      const result = await run({ versions: versions[1] ?? '' }, { GITHUB_STEP_SUMMARY: '/no/such/folder/summary' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(result.log).toContain('::warning::The job summary could not be written');
      expect(result.exitCode).toBe(0);
    });
  });

  test('without a summary at all', async () => {
    await onStage(async ({ run, versions }) => {
      expect((await run({ versions: versions[1] ?? '' }, { GITHUB_STEP_SUMMARY: '' })).exitCode).toBe(0);
    });
  });
});
