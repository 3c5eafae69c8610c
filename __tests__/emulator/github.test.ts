import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type GitHub, type GitHubOptions, startGitHub } from '../../emulator/github/github.js';
import { answerViolations } from '../../emulator/github/schema.js';

const HOME = '/repos/octo/edge/deployments';
const RECORD = { ref: 'main', task: 'deploy', auto_merge: false, required_contexts: [], environment: 'edge' };

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly id?: number; readonly message?: string; readonly state?: string } & readonly unknown[];
}

async function onGitHub(play: (stage: { github: GitHub; ask: Ask }) => Promise<void>, options: GitHubOptions = {}) {
  await using github = await startGitHub(options);
  const ask: Ask = async (path, body, headers = {}) => {
    const answer = await fetch(`${github.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${github.token}`,
        'x-github-api-version': '2022-11-28',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Reply['body'] };
  };
  await play({ github, ask });
}
type Ask = (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;

describe('the stand-in for GitHub', () => {
  test('answers as GitHub describes it, and keeps what it was told', async () => {
    await onGitHub(async ({ github, ask }) => {
      const created = await ask(HOME, { ...RECORD, payload: { a: '1' } });
      expect(answerViolations('repos/create-deployment', created.status, created.body)).toEqual([]);
      const statuses = `${HOME}/${created.body.id}/statuses`;
      const status = await ask(statuses, { state: 'success', description: 'it went well', auto_inactive: false });
      expect(answerViolations('repos/create-deployment-status', status.status, status.body)).toEqual([]);
      const listed = await ask(`${HOME}?task=deploy`);
      expect(answerViolations('repos/list-deployments', listed.status, listed.body)).toEqual([]);
      expect(listed.body).toMatchObject([{ payload: { a: '1' }, environment: 'edge' }]);
      const all = await ask(statuses);
      expect(answerViolations('repos/list-deployment-statuses', all.status, all.body)).toEqual([]);
      expect(all.body).toMatchObject([{ state: 'success' }]);
      expect((await ask(`${HOME}?task=another`)).body).toEqual([]);
      expect(github.violations).toEqual([]);
    });
  });

  test.each([
    ['a member that there is not', HOME, { ...RECORD, colour: 'red' }, {}, /colour/],
    ['a type that is wrong', HOME, { ...RECORD, auto_merge: 'false' }, {}, /auto_merge/],
    ['what is required', HOME, { task: 'x' }, {}, /ref/],
    ['a state that there is not', `${HOME}/1/statuses`, { state: 'done' }, {}, /allowed values/],
    ['a query that there is not', `${HOME}?colour=red`, undefined, {}, /colour/],
    ['an id that is none', `${HOME}/x/statuses`, undefined, {}, /deployment_id/],
    ['another accept', HOME, undefined, { accept: 'text/html' }, /accept/],
    ['another version', HOME, undefined, { 'x-github-api-version': '1' }, /version/],
    ['no token', HOME, undefined, { authorization: 'Basic x' }, /authorization/],
    ['an operation that there is not', '/user', undefined, {}, /no operation/],
  ])('notices %s', async (_, path, body, headers, said) => {
    await onGitHub(async ({ github, ask }) => {
      expect((await ask(path, body, headers)).status).toBeGreaterThanOrEqual(400);
      expect(github.violations.join()).toMatch(said);
      expect(github.deployments).toEqual([]);
    });
  });

  test('makes others inactive unless it is told not to', async () => {
    await onGitHub(async ({ github, ask }) => {
      const ids: (number | undefined)[] = [];
      for (let count = 0; count < 3; count += 1) ids.push((await ask(HOME, RECORD)).body.id);
      await ask(`${HOME}/${ids[0]}/statuses`, { state: 'success' });
      await ask(`${HOME}/${ids[1]}/statuses`, { state: 'success', auto_inactive: false });
      await ask(`${HOME}/${ids[2]}/statuses`, { state: 'success' });
      expect(github.deployments.map(({ statuses }) => statuses.map(({ state }) => state))).toEqual([
        ['success'],
        ['inactive', 'success'],
        ['inactive', 'success'],
      ]);
    });
  });

  test('has both limits: of all requests, and of what is created', async () => {
    let now = 0;
    await onGitHub(
      async ({ ask }) => {
        for (let count = 0; count < 2; count += 1) expect((await ask(HOME, RECORD)).status).toBe(201);
        const secondary = await ask(HOME, RECORD);
        expect(secondary.status).toBe(403);
        expect(secondary.headers.get('retry-after')).toBe('60');
        expect((await ask(HOME)).headers.get('x-ratelimit-remaining')).toBe('1');
        now += 60_000;
        expect((await ask(HOME, RECORD)).status).toBe(201);
        const primary = await ask(HOME);
        expect(primary.status).toBe(403);
        expect(primary.headers.get('x-ratelimit-remaining')).toBe('0');
        now += 3_600_000;
        expect((await ask(HOME, RECORD)).status).toBe(201);
      },
      { now: () => now, limits: { requestsPerHour: 5, contentPerMinute: 2, contentPerHour: 3 } },
    );
  });

  test('knows a token, and what it may', async () => {
    await onGitHub(async ({ github, ask }) => {
      expect((await ask(HOME, undefined, { authorization: 'token x' })).status).toBe(401);
      github.permission = 'read';
      expect((await ask(HOME, RECORD)).body.message).toBe('Resource not accessible by integration');
      expect((await ask(HOME)).status).toBe(200);
      github.permission = 'none';
      expect((await ask(HOME)).status).toBe(404);
      expect((await ask('/repos/octo/other/deployments')).status).toBe(404);
    });
  });

  test('starts by itself, and says where it is', async () => {
    const main = resolve(import.meta.dirname, '../../emulator/github/main.js');
    const child = spawn(process.execPath, [main, '--repository', 'a/b'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { url, repository } = JSON.parse(line.toString()) as { url: string; repository: string };
      expect(repository).toBe('a/b');
      expect(await (await fetch(`${url}/_state`)).json()).toEqual({ deployments: [], violations: [] });
    } finally {
      child.kill();
    }
  });
});

test('the description that it goes by is the published one', () => {
  const { source, sha256 } = createRequire(import.meta.url)('../../emulator/github/schema.json') as Record<
    string,
    string
  >;
  expect(source).toMatch(/^@octokit\/openapi \d+\.\d+\.\d+, /);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
});
