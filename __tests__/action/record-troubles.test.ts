import { afterAll, describe, expect, test } from '@jest/globals';
import { type GitHubFault, startGitHub } from '../../emulator/github/github.js';
import type { StepResult } from '../../scripts/runner.js';
import { cancelAt, gate, misbehave, post } from '../support/action/rollout-stage.js';
import { onStage, writes } from '../support/action/stage.js';
import { jobAt, onRecordStage, states, warnings } from '../support/github/record-stage.js';
import { companyProxy } from '../support/network/company-proxy.js';
import { accepting } from '../support/network/listening.js';
import { privateCa } from '../support/network/private-ca.js';

const authority = privateCa('github.test');
afterAll(() => authority[Symbol.dispose]());

/** In ms; a machine that is busy with other tests takes more than a run alone. */
const SLACK = 3_000;
const MOST = 15_000;

async function timed(run: () => Promise<StepResult>): Promise<readonly [StepResult, number]> {
  const started = performance.now();
  const result = await run();
  return [result, performance.now() - started];
}

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
    ['a wrong token', { 'github-token': 'ghs_another' }, /HTTP 401/],
    ['no token', { 'github-token': '' }, /`github-token` is empty/],
  ])('%s: one warning', async (_, inputs, said) => {
    await onRecordStage(async ({ versions, record }) => {
      const result = await record({ versions: versions[1] ?? '', ...inputs });
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
      github.script({ operation: 'repos/create-deployment', times: 1, effect: { kind } });
      const result = await record({ versions: versions[1] ?? '' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(states(github)).toEqual([['success']]);
      expect(github.requests.filter(({ operation }) => operation === 'repos/create-deployment')).toHaveLength(1);
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

describe('a GitHub that is silent', () => {
  const SILENT: readonly (readonly [string, (github: { script: (fault: GitHubFault) => void }) => void])[] = [
    ['from the start', ({ script }) => script({ effect: { kind: 'silent' } })],
    [
      'once the records are listed',
      ({ script }) => {
        script({ operation: 'repos/create-deployment', effect: { kind: 'late' } });
        script({ operation: 'repos/create-deployment-status', effect: { kind: 'silent' } });
      },
    ],
  ];
  test.each(SILENT)(
    '%s: costs 15 s at most, the post step included',
    async (_, play) => {
      await onRecordStage(async ({ github, versions, record }) => {
        const inputs = { versions: versions[1] ?? '', 'github-deployment-steps': 'true' };
        play(github);
        const [result, took] = await timed(() => record(inputs));
        const [, more] = await timed(() => record(inputs, {}, { entry: post, state: result.state }));
        expect(result.outputs['outcome']).toBe('deployed');
        expect(warnings(result)).toHaveLength(1);
        expect(took + more).toBeLessThan(MOST + SLACK);
      });
    },
    60_000,
  );

  test('a port that takes connections and says nothing: the same, and the process ends', async () => {
    await using server = await accepting();
    await onStage(async ({ versions, run }) => {
      const inputs = { versions: versions[1] ?? '', 'github-deployment': 'edge', 'github-token': 'ghs_x' };
      const [result, took] = await timed(() => run(inputs, jobAt(server.url)));
      expect(result.outputs['outcome']).toBe('deployed');
      expect(took).toBeLessThan(MOST + SLACK);
    });
  }, 60_000);

  test('does not hold a rollback: a failing canary is gone before GitHub has answered', async () => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      github.script({ operation: 'repos/create-deployment-status', effect: { kind: 'silent' } });
      let backAt = 0;
      const onLine = (line: string) => {
        if (backAt === 0 && line.includes('Accepted') && writes(emulator) === 2) backAt = performance.now();
      };
      const inputs = { canary: versions[1] ?? '', steps: '50% for 1m, 100%', ...gate(emulator) };
      const [result, took] = await timed(() =>
        record({ ...inputs, 'github-deployment-steps': 'true' }, {}, { onLine }),
      );
      const ended = performance.now();
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(backAt).toBeGreaterThan(0);
      // The record's end is waited for after the rollback, not before it.
      expect(ended - backAt).toBeGreaterThan(1_000);
      expect(took).toBeLessThan(MOST + SLACK);
    });
  }, 60_000);

  test('does not hold a cancellation: the rollback and all outputs within 5 s of the signal', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      github.script({ operation: 'repos/create-deployment-status', effect: { kind: 'silent' } });
      let at = 0;
      const cancelling = cancelAt('bakes for');
      const onLine = (line: string) => {
        if (line.includes('bakes for')) at ||= performance.now();
        cancelling.onLine(line);
      };
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const result = await record(inputs, {}, { ...cancelling, onLine });
      expect(performance.now() - at).toBeLessThan(5_000);
      expect(result.outputs['outcome']).toBe('rolled-back');
      // What there was no time for is left to the post step, which says it.
      expect(result.state['record']).toContain('rolled-back');
    });
  }, 60_000);
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
