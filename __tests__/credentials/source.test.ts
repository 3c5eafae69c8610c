import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findSource, sessionName } from '../../src/credentials/source.js';

const ROLE = { audience: 'sts.aliyuncs.com', sessionName: 'octo-edge-1', duration: 3_600_000 };

/** The order, written down a second time: names that are needed, names that may be added. */
const ORDER = [
  { in: 'inputs', needed: ['access-key-id', 'access-key-secret'], more: ['security-token'] },
  { in: 'inputs', needed: ['role-to-assume', 'oidc-provider-arn'], more: [] },
  {
    in: 'environment',
    needed: ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    more: ['ALIBABA_CLOUD_SECURITY_TOKEN'],
  },
  { in: 'environment', needed: ['ALICLOUD_ACCESS_KEY', 'ALICLOUD_SECRET_KEY'], more: ['ALICLOUD_SECURITY_TOKEN'] },
  {
    in: 'environment',
    needed: ['ALIBABACLOUD_ACCESS_KEY_ID', 'ALIBABACLOUD_ACCESS_KEY_SECRET'],
    more: ['ALIBABACLOUD_SECURITY_TOKEN'],
  },
  {
    in: 'environment',
    needed: ['ALIBABA_CLOUD_ROLE_ARN', 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABA_CLOUD_OIDC_TOKEN_FILE'],
    more: [],
  },
] as const;

const some = (place: 'inputs' | 'environment') =>
  fc.record(
    Object.fromEntries(
      ORDER.filter((group) => group.in === place)
        .flatMap(({ needed, more }) => [...needed, ...more])
        .map((name) => [name, fc.constantFrom(undefined, '', '', `value-of-${name}`)]),
    ),
  ) as fc.Arbitrary<Record<string, string | undefined>>;

describe('the order', () => {
  test('the first group of which anything is given is taken, whole or not at all', () => {
    fc.assert(
      fc.property(some('inputs'), some('environment'), (inputs, environment) => {
        const found = findSource(inputs, environment, ROLE);
        const text = (name: string) => inputs[name] || environment[name] || '';
        const first = ORDER.find(({ needed, more }) => [...needed, ...more].some((name) => text(name) !== ''));
        if (first === undefined) {
          expect(found).toMatchObject({ ok: true, value: { kind: 'chain' } });
          return;
        }
        const missing = first.needed.filter((name) => text(name) === '');
        const given = [...first.needed, ...first.more].filter((name) => text(name) !== '');
        if (missing.length > 0) {
          expect(found).toEqual({
            ok: false,
            error: { missing: missing.map((name) => ({ name, given })), malformed: [] },
          });
          return;
        }
        expect(found.ok).toBe(true);
        for (const name of given) expect(found.ok && found.value.from).toContain(name);
        // Nothing of another group, and no value in what the log will say.
        const used = JSON.stringify(found);
        for (const name of ORDER.filter((group) => group !== first).flatMap(({ needed, more }) => [...needed, ...more]))
          expect(used).not.toContain(`value-of-${name}`);
        expect(found.ok && found.value.from).not.toContain('value-of');
      }),
      { numRuns: 5_000 },
    );
  });

  test('the name of a session alone chooses nothing', () => {
    const found = findSource({}, { ALIBABA_CLOUD_ROLE_SESSION_NAME: 'x' }, ROLE);
    expect(found).toMatchObject({ ok: true, value: { kind: 'chain' } });
  });

  test('metadata is left out on a GitHub-hosted runner alone', () => {
    const metadata = (RUNNER_ENVIRONMENT: string | undefined) => findSource({}, { RUNNER_ENVIRONMENT }, ROLE);
    expect(metadata('github-hosted')).toMatchObject({ value: { metadata: false } });
    for (const other of ['self-hosted', '', undefined])
      expect(metadata(other)).toMatchObject({ value: { metadata: true } });
  });
});

describe('the name of a session', () => {
  test('names repository and run', () => {
    expect(sessionName({ GITHUB_REPOSITORY: 'octo-org/edge.fn', GITHUB_RUN_ID: '123' })).toBe('octo-org-edge.fn-123');
  });
  test('is one that STS takes, whatever the environment holds, and keeps the run', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.option(fc.nat({ max: 10 ** 12 }), { nil: undefined }),
        (repository, run) => {
          const name = sessionName({
            GITHUB_REPOSITORY: repository,
            ...(run !== undefined && { GITHUB_RUN_ID: String(run) }),
          });
          expect(name).toMatch(/^[A-Za-z0-9_.@-]{2,64}$/);
          if (run !== undefined) expect(name.endsWith(`-${run}`)).toBe(true);
        },
      ),
    );
  });
});
