import { describe, expect, test } from '@jest/globals';
import type { NamedVersion, Survey } from '../../../src/rollout/decide/survey.js';
import type { Plan } from '../../../src/rollout/model.js';
import { catchSection, surveyLines, surveySections } from '../../../src/rollout/report/survey-text.js';
import { failed, succeeded } from '../../../src/rollout/result.js';
import { at, details, fault, NOTHING, rolloutPlan, serving, splitOf, wishOf } from '../../support/rollout/builders.js';

const GATE = { successRate: 99, interval: 15_000, urls: 1, mark: 'x-v', mode: 'enforce' } as const;
const NOW = Date.UTC(2026, 0, 10);
const V1: NamedVersion = {
  ...details('11', { description: 'one', createdAt: '2026-01-07T00:00:00Z', status: 'Available' }),
  words: ['stable', 'production'],
};
const V2: NamedVersion = { ...details('222'), words: [] };
const WHOLE = { needed: ['esa:A', 'esa:B', 'esa:C'], allowed: ['esa:A', 'esa:B'], denied: [], untried: ['esa:C'] };

const survey = (more: Partial<Survey> = {}): Survey => ({
  credentials: 'inputs (access-key-id)',
  tried: [],
  access: WHOLE,
  served: [
    { env: 'production', live: succeeded(serving(7, splitOf(['11', 100]), { details: [V1] })) },
    { env: 'staging', live: succeeded(NOTHING) },
  ],
  choice: succeeded({ newest: [V2, V1], others: 0, complete: true }),
  now: NOW,
  ...more,
});
const REPORT: Plan = { kind: 'report', wish: wishOf({ kind: 'report' }), before: serving(7, at(0)) };
const lines = (more?: Partial<Survey>) => surveyLines(survey(more), { routine: 'hello' });
const markdown = (more?: Partial<Survey>, plan: Plan = REPORT) => surveySections(survey(more), plan).join('\n\n');

const DENIED = {
  // One failed for another reason.
  needed: ['esa:A', 'esa:B', 'esa:E', 'esa:C', 'log:D'],
  allowed: [],
  denied: [
    { action: 'esa:B', code: 'Forbidden.RAM', requestId: 'R1' },
    { action: 'esa:A', code: 'NoPermission', requestId: '' },
  ],
  untried: ['esa:C', 'log:D'],
};

describe('the log', () => {
  test('has what was proved, what is live, and the versions in columns', () => {
    expect(lines()).toEqual([
      'What this dry run has proved:',
      '  Accepted credentials: inputs (access-key-id)',
      '  Allowed: esa:A, esa:B',
      '  Only a real run can prove: esa:C',
      'Live in production: 11=100 (deployment 7)',
      'Live in staging: nothing',
      'Versions of "hello", newest first, each with the words that name it:',
      '  222                      of unknown age  status not told',
      '  11   stable, production  3 days old  Available  "one"',
    ]);
  });

  test('names what was denied, and where to look it up', () => {
    expect(lines({ access: DENIED, served: [], choice: undefined })).toEqual([
      'What this dry run has proved:',
      '  Accepted credentials: inputs (access-key-id)',
      '  Denied: esa:B (Forbidden.RAM, RequestId R1): a real run needs it, on resource *',
      '  Denied: esa:A (NoPermission): a real run needs it, on resource *',
      '  Only a real run can prove: esa:C, log:D',
    ]);
  });

  test('says nothing of credentials that were never answered', () => {
    expect(
      lines({
        access: { needed: ['esa:A'], allowed: [], denied: [], untried: ['esa:A'] },
        served: [],
        choice: undefined,
      }),
    ).toEqual([]);
  });

  test('leaves nothing open where all was tried', () => {
    const all = { ...WHOLE, untried: [] };
    expect(lines({ access: all }).filter((line) => line.includes('Only a real run'))).toEqual([]);
  });

  test.each([
    [{ others: 0, complete: true }, undefined],
    [{ others: 3, complete: true }, '  and 3 older'],
    [{ others: 0, complete: false }, '  and more than the service lists'],
    [{ others: 3, complete: false }, '  and 3 older, and more than the service lists'],
  ])('tells how many are not shown: %j', (more, last) => {
    const told = lines({ choice: succeeded({ newest: [V1], ...more }) });
    expect(told.at(-1)).toBe(last ?? '  11  stable, production  3 days old  Available  "one"');
  });

  test.each([
    [failed(fault({ code: 'InternalError' })), 'The versions could not be listed: InternalError.'],
    [succeeded({ newest: [], others: 0, complete: true }), '"hello" has no version yet.'],
  ])('says why there is none to choose: %#', (choice, sentence) => {
    expect(lines({ choice }).at(-1)).toBe(sentence);
    expect(markdown({ choice })).toMatch(/#### Versions to choose from\n\n.*(?:InternalError|no version yet)/);
  });

  test('what cannot be told is said, and what somebody wrote stays on its line', () => {
    const odd = { env: 'staging' as const, live: failed('it is\n::error::odd') };
    const named = { ...V1, description: 'a\n::error::b', status: '`x`\n', boundTo: 'staging' };
    const told = lines({ served: [odd], choice: succeeded({ newest: [named], others: 0, complete: true }) });
    expect(told).toContain('Live in staging: it cannot be told: it is\\u000a::error::odd');
    expect(told.at(-1)).toBe(
      '  11  stable, production  3 days old  `x`\\u000a, bound to staging  "a\\u000a::error::b"',
    );
  });
});

describe('the summary', () => {
  test('has what was proved, a table of what is live and one of the versions', () => {
    expect(markdown()).toBe(
      [
        '#### Access',
        '',
        '- ✅ Accepted credentials: inputs (access-key-id)',
        '- ✅ Allowed: <code>esa:A</code>, <code>esa:B</code>',
        '- ❔ Only a real run can prove: <code>esa:C</code>',
        '',
        '#### Live',
        '',
        '| environment | weight | version | description | DeploymentId |',
        '| :-- | --: | :-- | :-- | :-- |',
        '| production | 100 % | <code>11</code> | one | <code>7</code> |',
        '| staging |  | nothing |  |  |',
        '',
        '#### Versions to choose from',
        '',
        '| version | words for it | description | created | status | bound to |',
        '| :-- | :-- | :-- | :-- | :-- | :-- |',
        '| <code>222</code> |  |  |  |  |  |',
        '| <code>11</code> | <code>stable</code>, <code>production</code> | one | 2026-01-07T00:00:00Z | Available |  |',
      ].join('\n'),
    );
  });

  test('has the whole policy where something is denied, of ESA alone', () => {
    const told = markdown({ access: DENIED, served: [], choice: undefined });
    const policy = {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: ['esa:A', 'esa:B', 'esa:C', 'esa:E'], Resource: '*' }],
    };
    const needs = 'a real run needs it, on resource <code>&#42;</code>';
    expect(told).toBe(
      [
        '#### Access',
        '',
        '- ✅ Accepted credentials: inputs (access-key-id)',
        `- ⚠️ Denied: <code>esa:B</code> (Forbidden.RAM, RequestId R1): ${needs}`,
        `- ⚠️ Denied: <code>esa:A</code> (NoPermission): ${needs}`,
        '- ❔ Only a real run can prove: <code>esa:C</code>, <code>log:D</code>',
        '',
        'The policy that it takes for ESA, whole:',
        '',
        '```json',
        JSON.stringify(policy, undefined, 2),
        '```',
      ].join('\n'),
    );
  });

  test('leaves nothing open where all was tried', () => {
    expect(markdown({ access: { ...WHOLE, untried: [] }, served: [], choice: undefined })).toMatch(
      /<code>esa:B<\/code>$/,
    );
  });

  test('says of what cannot be told why', () => {
    const served = [{ env: 'staging' as const, live: failed('it is odd') }];
    expect(markdown({ served, choice: undefined })).toMatch(
      /\n\| staging \| {2}\| it cannot be told: it is odd \| {2}\| {2}\|$/,
    );
  });

  test('has no heading without what stands under it', () => {
    const none = { needed: [], allowed: [], denied: [], untried: [] };
    expect(markdown({ access: none, served: [], choice: undefined })).toBe('');
    const more = { served: [], choice: succeeded({ newest: [V1], others: 2, complete: true }) };
    expect(markdown(more)).toContain('\n\n… and 2 older.');
  });

  test('escapes what the service wrote', () => {
    const named = { ...V1, description: '<b>@all</b> | x', status: '<i>', boundTo: '| y', createdAt: '<u>' };
    const live = serving('7', splitOf(['11', 100]), { details: [named] });
    const served = [
      { env: 'production' as const, live: succeeded(live) },
      { env: 'staging' as const, live: failed('<s>') },
    ];
    const text = markdown({ served, choice: succeeded({ newest: [named], others: 0, complete: true }) });
    expect(text).not.toMatch(/<[bus]>|<i>[^<]|@all|\| y/);
    for (const line of text.split('\n').filter((one) => one.startsWith('| <code>11')))
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(7);
  });

  test('says what the gate would catch, where there is one that can tell', () => {
    const gate = GATE;
    const steps = [{ weight: 5, bake: 300_000 }];
    const watched = rolloutPlan(steps, { gate });
    expect(catchSection(watched, { tried: [] }).join('\n\n')).toMatch(
      /^#### What the gate would catch\n\n- The gate sends \d+ requests at 5 %/,
    );
    for (const plan of [
      rolloutPlan(steps, { gate: { ...gate, urls: 0 } }),
      rolloutPlan(steps, { gate: undefined }),
      REPORT,
    ])
      expect(catchSection(plan, { tried: [] })).toEqual([]);
  });

  test('says what each URL of the gate answers now, to the letter', () => {
    const watched = rolloutPlan([{ weight: 5, bake: 300_000 }], { gate: { ...GATE, urls: 3 } });
    const tried = [
      {
        url: 'https://a.example/?q=`x`',
        isHealthy: true,
        seen: 'HTTP 200 after 35 ms',
        mark: { header: 'x-v', value: '`v`' },
      },
      {
        url: 'https://b.example/',
        isHealthy: true,
        seen: 'HTTP 200 after 5 ms',
        mark: { header: 'x-v', value: undefined },
      },
      { url: 'https://c.example/', isHealthy: false, seen: 'not measured (ENOTFOUND)', mark: undefined },
    ];
    expect(catchSection(watched, { tried }).slice(-2)).toEqual([
      'Each URL, asked once:',
      [
        '- ✅ <code>https:<i></i>//a.example/?q=&#96;x&#96;</code>: HTTP 200 after 35 ms, <code>x-v</code>: <code>&#96;v&#96;</code>',
        '- ⚠️ <code>https:<i></i>//b.example/</code>: HTTP 200 after 5 ms, without <code>x-v</code>: leave <code>gate-version-header</code> out until the version that is live sets it',
        '- ⚠️ <code>https:<i></i>//c.example/</code>: not measured (ENOTFOUND)',
      ].join('\n'),
    ]);
    expect(lines({ tried }).slice(-4)).toEqual([
      'Each URL of the gate, asked once:',
      '  https://a.example/?q=`x`: HTTP 200 after 35 ms, x-v: "`v`"',
      '  https://b.example/: HTTP 200 after 5 ms, without x-v: leave gate-version-header out until the version that is live sets it',
      '  https://c.example/: not measured (ENOTFOUND)',
    ]);
  });
});
