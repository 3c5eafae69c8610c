import { describe, expect, test } from '@jest/globals';
import type { PreviousVersion, Service, UnstampedEvent } from '../src/ports.js';
import { readAndPlan, readsAtOnce } from '../src/reading.js';
import type { Answer, Live, VersionDetails } from '../src/rollout/model.js';
import { failed, succeeded } from '../src/rollout/result.js';
import type { VersionRef } from '../src/rollout/version-ref.js';
import {
  asked,
  askedFor,
  askedSplit,
  at,
  commit,
  details,
  fault,
  NOTHING,
  number,
  serving,
  splitOf,
  wishOf,
  word,
} from './support/rollout/builders.js';

const OLD = '1766590022381161011';
const YOUNG = '1766590032381161012';
const ALONE = serving(7, splitOf([OLD, 100]), { details: [details(OLD)] });
const TWO = serving(7, splitOf([YOUNG, 10], [OLD, 90]), { details: [details(OLD), details(YOUNG)] });

interface World {
  readonly live?: readonly Answer<Live>[];
  readonly listed?: Answer<readonly VersionDetails[]>;
  readonly previous?: PreviousVersion;
}

/** A service that shows this, and the calls that it gets: what is asked of the list in parentheses. */
function reading(
  wish: Parameters<typeof readAndPlan>[0],
  { live = [succeeded(ALONE)], listed = succeeded([]), previous }: World,
) {
  const calls: string[] = [];
  const events: UnstampedEvent[] = [];
  const next = () =>
    live[Math.min(calls.filter((call) => call === 'read').length, live.length) - 1] ?? succeeded(NOTHING);
  const service: Service = {
    readLive: async () => next(),
    readBoth: async () => {
      calls.push('read');
      const shown = next();
      return shown.ok ? succeeded({ live: shown.value, elsewhere: () => succeeded(TWO) }) : shown;
    },
    openListing: () => async (wanted) => {
      calls.push(`list(${String(wanted)})`);
      return listed.ok ? succeeded({ versions: listed.value, complete: true }) : listed;
    },
    deploy: async () => failed(fault()),
  };
  const append = (event: UnstampedEvent) => void events.push(event);
  const reader = { service, append, now: () => 1_000, ...(previous && { previousVersion: previous }) };
  return readAndPlan(wish, reader).then((planned) => ({ ...planned, calls, events }));
}

const KNOWN = succeeded([details(OLD), details(YOUNG)]);

describe('what is read', () => {
  test.each<[string, Parameters<typeof readAndPlan>[0], World, readonly string[]]>([
    ['a report', asked(wishOf({ kind: 'report' })), {}, ['read']],
    ['a split of numbers', asked(wishOf({ kind: 'split', split: at(5) })), {}, ['read', 'list(2,1)', 'list(2,1)']],
    ['a canary that is not live', askedFor(number(YOUNG)), {}, ['read', `list(${YOUNG})`]],
    ['a canary that is live', askedFor(number(YOUNG)), { live: [succeeded(TWO)] }, ['read']],
    ['its word', askedFor(word('canary')), { live: [succeeded(TWO)] }, ['read']],
    ['what is live here', askedFor(word('production')), {}, ['read']],
    ['latest', askedFor(word('latest')), { listed: KNOWN }, ['read', 'list(all)', 'list(all)', `list(${YOUNG})`]],
    [
      'a split of roles',
      askedSplit([word('canary'), 100]),
      { live: [succeeded(TWO)] },
      ['read', 'list()', `list(${YOUNG})`],
    ],
    [
      'a role that nothing live tells',
      askedFor(word('canary')),
      {
        live: [succeeded(serving(7, at(10)))],
        listed: succeeded([
          details('1', { createdAt: '2026-11-22T21:00:00Z' }),
          details('2', { createdAt: '2026-11-22T22:00:00Z' }),
        ]),
      },
      ['read', 'list(all)', 'list(2,1)'],
    ],
    ['a word that is nothing', askedFor(word('canary')), {}, ['read', 'list()']],
    [
      'nothing live is read twice',
      askedFor(word('stable')),
      { live: [succeeded(NOTHING)] },
      ['read', 'read', 'list()'],
    ],
    ['nothing at all', askedFor(word('latest')), { live: [failed(fault())] }, ['read', 'list(all)']],
  ])('%s', async (_name, wish, world, calls) => {
    expect((await reading(wish, world)).calls).toEqual(calls);
  });

  test('is an event, and that it could not be', async () => {
    const wish = askedFor(word('stable'));
    expect((await reading(wish, {})).events).toEqual([{ kind: 'read', live: ALONE }]);
    const lost = fault({ code: 'ETIMEDOUT' });
    const blind = await reading(wish, { live: [failed(lost)] });
    expect(blind.events).toEqual([{ kind: 'read-failed', fault: lost }]);
    expect(blind.plan).toMatchObject({ kind: 'unreadable', fault: lost, before: undefined });
  });

  test.each<[VersionRef, boolean]>([
    [word('latest'), true],
    [commit('4f2a91c'), true],
    [word('staging'), false],
    [number('17'), false],
  ])('at once: %j', (ref, expected) => {
    expect(readsAtOnce(askedFor(ref))).toBe(expected);
    expect(readsAtOnce(askedSplit([ref, 100]))).toBe(true);
  });
});

describe('what is planned', () => {
  test('goes by numbers, and says what they were', async () => {
    const { plan, words, at: when } = await reading(askedFor(word('latest')), { listed: KNOWN });
    expect(plan).toMatchObject({ kind: 'rollout', stable: OLD, rollout: { canary: YOUNG } });
    expect(words).toEqual([{ word: 'latest', version: YOUNG, details: details(YOUNG) }]);
    expect(when).toBe(1_000);
  });

  test('a list that cannot be read is no reason where no word needs it, and one where a word does', async () => {
    const listed = failed(fault({ code: 'Forbidden.RAM' }));
    expect((await reading(askedFor(word('latest')), { listed })).plan).toMatchObject({
      kind: 'unreadable',
      fault: { code: 'Forbidden.RAM' },
      before: ALONE,
    });
    expect((await reading(askedSplit([word('stable'), 100]), { listed })).plan.kind).toBe('nothing-to-do');
    expect((await reading(askedSplit([word('canary'), 100]), { listed })).plan).toMatchObject({
      kind: 'refused',
      mistakes: [expect.stringContaining('`canary`'), 'its versions cannot be listed (Forbidden.RAM)'],
    });
  });

  test('what else is wrong is said with the word that stands for nothing', async () => {
    const wish = { ...askedSplit([number('17'), 5], [word('canary'), 95]), expectDeploymentId: '9' };
    const { plan, words } = await reading(wish, { listed: KNOWN });
    expect(plan).toMatchObject({
      kind: 'refused',
      mistakes: [
        expect.stringContaining('"expect-deployment-id" asks for deployment "9"'),
        expect.stringContaining('version "17" does not exist'),
        expect.stringContaining('`canary`: version'),
        expect.stringContaining(`the newest of "r" are ${YOUNG}`),
      ],
    });
    expect(words).toEqual([]);
  });

  describe('of previous', () => {
    const wish = askedSplit([word('previous'), 100]);

    test('what the record says of what is live', async () => {
      const seen: Live[] = [];
      const previous: PreviousVersion = async (live) => {
        seen.push(live);
        return succeeded(YOUNG);
      };
      const { plan, words } = await reading(wish, { previous, listed: KNOWN });
      expect(plan).toMatchObject({ kind: 'deploy', target: [{ version: YOUNG, weight: 100 }] });
      expect(words).toEqual([{ word: 'previous', version: YOUNG, details: details(YOUNG) }]);
      expect(seen).toEqual([ALONE]);
    });

    test('or why it does not know', async () => {
      const { plan } = await reading(wish, {
        previous: async () => failed('the newest record is of another deployment'),
      });
      expect(plan).toMatchObject({
        kind: 'refused',
        mistakes: ['`previous`: the newest record is of another deployment', expect.anything()],
      });
    });

    test('is asked for only where it is wanted, and is refused where there is no record', async () => {
      const previous: PreviousVersion = () => {
        throw new Error('nobody wants it');
      };
      expect((await reading(askedFor(word('stable')), { previous })).plan.kind).toBe('nothing-to-do');
      expect((await reading(wish, {})).plan).toMatchObject({
        kind: 'refused',
        mistakes: [expect.stringContaining('give `github-deployment`'), expect.anything()],
      });
    });
  });
});
