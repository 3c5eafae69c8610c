import { afterAll, describe, expect, test } from '@jest/globals';
import { type GitHubFault, startGitHub } from '../../emulator/github/github.js';
import { onStage } from '../support/action/stage.js';
import { jobAt, MOST, onRecordStage, SLACK, states, timed, warnings } from '../support/github/record-stage.js';
import { companyProxy } from '../support/network/company-proxy.js';
import { privateCa } from '../support/network/private-ca.js';

const authority = privateCa('github.test');
afterAll(() => authority[Symbol.dispose]());

describe('a record is not worth an outage', () => {
  const answer = (status: number, body: string, headers?: Record<string, string>): GitHubFault['effect'] => ({
    kind: 'answer',
    status,
    body,
    ...(headers && { headers }),
  });
  const FAULTS: readonly [string, GitHubFault['effect'], RegExp][] = [
    ['is down', { kind: 'reset' }, /could not be reached/],
    ['answers 500 with a page', answer(500, '<html>Unicorn!</html>', { 'content-type': 'text/html' }), /HTTP 500/],
    ['answers 503', answer(503, '{"message":"No server is available"}'), /HTTP 503: No server is available/],
    ['answers nonsense', answer(200, '{"id":"x"}'), /no such thing/],
    ['answers what is no JSON', answer(200, '<html>'), /no such thing|could not be reached/],
    ['answers nothing', answer(200, ''), /no such thing|could not be reached/],
    ['redirects', answer(301, '{"message":"Moved"}', { location: 'http://127.0.0.1:9/' }), /HTTP 301/],
    [
      'wants to be left alone for long',
      answer(403, '{"message":"secondary"}', { 'retry-after': '60' }),
      /HTTP 403: secondary/,
    ],
    [
      'has had enough',
      answer(429, '{"message":"API rate limit exceeded"}', { 'x-ratelimit-remaining': '0' }),
      /HTTP 429/,
    ],
  ];
  test.each(FAULTS)('GitHub %s: deployed, and one warning', async (_, effect, said) => {
    await onRecordStage(async ({ github, versions, record }) => {
      github.script({ effect });
      const [result, took] = await timed(() => record({ versions: versions[1] ?? '' }));
      expect(result.outputs['outcome']).toBe('deployed');
      expect(warnings(result)).toHaveLength(1);
      expect(warnings(result)[0]).toMatch(said);
      expect(took).toBeLessThan(MOST + SLACK);
    });
  });

  test.each(['read', 'none'] as const)('the token may %s: one warning that has the YAML', async (permission) => {
    await onRecordStage(async ({ github, versions, record }) => {
      github.permission = permission;
      const result = await record({ versions: versions[1] ?? '' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(warnings(result)).toHaveLength(1);
      expect(warnings(result)[0]).toContain('`permissions: { deployments: write }`');
      // What asking again does not mend is not asked again.
      expect(github.requests.length).toBeLessThanOrEqual(2);
    });
  });

  test.each([
    ['a wrong token', { 'github-token': 'ghs_another' }, {}, /HTTP 401/],
    ['no token', { 'github-token': '' }, {}, /not recorded: `github-token` is empty\./],
    ['no commit', {}, { GITHUB_SHA: '' }, /not recorded: GITHUB_REPOSITORY and GITHUB_SHA do not name/],
    ['no address', {}, { GITHUB_API_URL: 'nowhere' }, /not recorded: GITHUB_API_URL is not a URL\./],
  ])('%s: one warning', async (_, inputs, env, said) => {
    await onRecordStage(async ({ versions, record }) => {
      const result = await record({ versions: versions[1] ?? '', ...inputs }, env);
      expect(result.outputs['outcome']).toBe('deployed');
      expect(warnings(result)).toHaveLength(1);
      expect(warnings(result)[0]).toMatch(said);
    });
  });

  test('what asks to be left alone for a moment is asked again after it', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const effect = answer(429, '{"message":"slow down"}', { 'retry-after': '1' });
      github.script({ operation: 'repos/create-deployment', times: 1, effect });
      const [result, took] = await timed(() => record({ versions: versions[1] ?? '' }));
      expect(warnings(result)).toEqual([]);
      expect(took).toBeGreaterThan(1_000);
      expect(states(github)).toEqual([['in_progress', 'success']]);
    });
  });

  test('a status that was lost is sent again', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      github.script({ operation: 'repos/create-deployment-status', times: 1, effect: { kind: 'reset' } });
      const result = await record({ versions: versions[1] ?? '' });
      expect(warnings(result)).toEqual([]);
      expect(states(github)).toEqual([['in_progress', 'success']]);
    });
  });

  test.each(['lost', 'late'] as const)('a creation whose answer is %s is not repeated, but found', async (kind) => {
    await onRecordStage(async ({ github, versions, record }) => {
      await record({ versions: versions[2] ?? '' });
      // Of two that look alike it is the one with the key; the other is of somebody else.
      github.script({ operation: 'repos/create-deployment', times: 1, effect: { kind } });
      const [other] = github.deployments;
      const result = await record(
        { versions: versions[1] ?? '' },
        {},
        {
          onLine: (line) => {
            if (!line.includes('Accepted') || other === undefined || github.deployments.length > 2) return;
            github.deployments.unshift({ ...other, id: other.id + 1_000, statuses: [] });
          },
        },
      );
      expect(result.outputs['outcome']).toBe('deployed');
      expect(states(github)).toEqual([['in_progress', 'success', 'inactive'], ['success'], []]);
    });
  });

  test('a creation that was refused when the rollout began is made when it ends', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      github.script({ operation: 'repos/create-deployment', times: 1, effect: answer(409, '{"message":"Conflict"}') });
      const result = await record({ versions: versions[1] ?? '' });
      expect(warnings(result)[0]).toMatch(/HTTP 409: Conflict/);
      expect(states(github)).toEqual([['success']]);
    });
  });

  test('a creation that was lost and is not there is not repeated either', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      github.script({ operation: 'repos/create-deployment', times: 1, effect: { kind: 'reset' } });
      const result = await record({ versions: versions[1] ?? '' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(warnings(result)).toHaveLength(1);
      expect(states(github)).toEqual([]);
    });
  });
});

describe('the way to GitHub', () => {
  test('is that of every other request: by the proxy, TLS by a private CA, GHES by its URL', async () => {
    await using proxy = await companyProxy();
    await using github = await startGitHub({ tls: authority.tls });
    await onStage(async ({ versions, run }) => {
      const { port } = new URL(github.url);
      const env = {
        ...jobAt(`https://github.test:${port}`),
        NODE_EXTRA_CA_CERTS: authority.file,
        HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      };
      const inputs = { versions: versions[1] ?? '', 'github-deployment': 'edge', 'github-token': github.token };
      const result = await run(inputs, env);
      expect(warnings(result)).toEqual([]);
      expect(new Set(proxy.asked)).toEqual(new Set([`github.test:${port}`]));
      expect(states(github)).toEqual([['in_progress', 'success']]);
    });
  });

  test('a proxy that refuses, or a certificate that nobody knows: a warning that names it', async () => {
    await using proxy = await companyProxy('another');
    await using github = await startGitHub({ tls: authority.tls });
    await onStage(async ({ versions, run }) => {
      const { port } = new URL(github.url);
      const inputs = { versions: versions[1] ?? '', 'github-deployment': 'edge', 'github-token': github.token };
      const job = jobAt(`https://github.test:${port}`);
      const refused = await run(inputs, { ...job, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
      expect(refused.outputs['outcome']).toBe('deployed');
      expect(warnings(refused)[0]).toMatch(/ProxyRefused/);
      const unknown = await run({ ...inputs, versions: versions[0] ?? '' }, jobAt(github.url));
      expect(warnings(unknown)[0]).toMatch(/SELF_SIGNED_CERT|UNABLE_TO_VERIFY|could not be reached/);
    });
  });
});
