import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  ANY_OTHER_CODE,
  faultAnchor,
  HELP_TOPICS,
  helpAnchor,
  helpPlace,
  helpSentence,
} from '../../src/rollout/help.js';
import { OUTCOMES, type Outcome } from '../../src/rollout/outcome.js';
import { anchorOf } from '../support/headings.js';
import { fault } from '../support/rollout/builders.js';

const root = resolve(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/outcomes.md'), 'utf8');

interface Section {
  readonly level: number;
  readonly anchor: string;
  readonly text: string;
}

const SECTIONS: readonly Section[] = page.split(/^(?=#+ )/m).flatMap((text) => {
  const [, marks = '', title = ''] = /^(#+) (.*)/.exec(text) ?? [];
  return marks === '' ? [] : [{ level: marks.length, anchor: anchorOf(title), text }];
});
const byAnchor = new Map(SECTIONS.map((section) => [section.anchor, section]));
const failures = SECTIONS.filter(({ level, text }) => level === 3 && text.includes('\n- Shows: '));
const shownIn = (anchor: string) => /^- Shows: (.*)$/m.exec(byAnchor.get(anchor)?.text ?? '')?.[1] ?? '';

const TOPICS = Object.values(HELP_TOPICS).flat();
const source = (path: string) => readFileSync(join(root, 'src', path), 'utf8');
const SOURCES = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('help.ts'))
  .map((name) => source(name))
  .join('\n')
  .replaceAll('\\`', '`')
  .replace(/['`] \+\n\s*['`]/g, '');

/** The keys of a table of codes, as they stand in the source. */
function codesOf(path: string, table: string): string[] {
  const [, rows = ''] = new RegExp(`const ${table}[\\s\\S]*? = \\{\\n([\\s\\S]*?)\\n\\};`).exec(source(path)) ?? [];
  return [...rows.matchAll(/^ {2}(?:'([^']+)'|(\w+)):/gm)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** Codes of our own, by the faults that the sources make. */
const OWN_CODES = [...SOURCES.matchAll(/^\s+code: '([A-Z]\w+)',$/gm)].map(([, code = '']) => code);

describe('each code that is known has a heading that shows it', () => {
  const of = (path: string, table: string, operation: string) =>
    codesOf(path, table).map((code): [string, string] => [code, operation]);
  const all = [
    ...of('esa/advice.ts', 'BY_CODE', 'GetRoutine'),
    ...of('credentials/sts-advice.ts', 'BY_CODE', 'AssumeRoleWithOIDC'),
    ...of('alibaba/network-advice.ts', 'BY_NETWORK_CODE', 'GetRoutine'),
    ...OWN_CODES.map((code): [string, string] => [code, 'GetRoutine']),
    ...['IdTokenNotIssued.403', 'IdTokenTimeout', 'NotJson.502', 'NotJson'].map((code): [string, string] => [
      code,
      'x',
    ]),
  ];
  test('there are some', () => {
    expect(all.length).toBeGreaterThan(70);
    expect(OWN_CODES).toContain('NoCredentials');
  });
  test.each(all)('%s of %s', (code, operation) => {
    const anchor = faultAnchor({ code, operation });
    const written = shownIn(anchor ?? 'none');
    expect(written.includes(`\`${code}\``) || written.includes(`\`${code.replace(/\.\d+$/, '')}`)).toBe(true);
  });
  test.each(codesOf('gates/logs-advice.ts', 'BY_CODE'))('%s of Log Service', (code) => {
    expect(shownIn('the-logs-cannot-be-judged')).toContain(`\`${code}\``);
  });
});

describe('a failure leads to what is written of it', () => {
  test.each<[string, string, Partial<Parameters<typeof helpAnchor>[0]>]>([
    [
      'a refused code',
      'the-key-may-not-do-this',
      { reason: 'X failed: Forbidden.RAM: no.', faults: [fault({ code: 'Forbidden.RAM' })] },
    ],
    [
      'the last of two',
      'the-service-is-busy',
      { reason: 'Throttling', faults: [fault(), fault({ code: 'Throttling' })] },
    ],
    [
      'one of STS',
      'the-role-does-not-trust-this-job',
      { reason: 'NoPermission', faults: [fault({ code: 'NoPermission', operation: 'AssumeRoleWithOIDC' })] },
    ],
    [
      'a fault that was got over',
      'the-gate-failed',
      { outcome: 'rolled-back', reason: 'The gate failed: it did.', faults: [fault({ code: 'Throttling' })] },
    ],
    [
      'a rollback that failed',
      'the-rollback-failed',
      {
        outcome: 'rollback-failed',
        reason: 'The gate failed: it did. The rollback failed too: Throttling.',
        faults: [fault({ code: 'Throttling' })],
      },
    ],
    [
      'a gate that failed, where nobody sees any more what became of the canary',
      'the-key-may-not-do-this',
      {
        outcome: 'rollback-failed',
        reason: 'The gate failed: it did. What is live can no longer be read: Forbidden.RAM: no.',
        faults: [fault({ code: 'Forbidden.RAM' })],
      },
    ],
    [
      'the same by a code that is not known',
      'what-is-live-cannot-be-read',
      {
        outcome: 'rollback-failed',
        reason: 'The gate failed: it did. What is live can no longer be read: Odd: no.',
        faults: [fault({ code: 'Odd' })],
      },
    ],
    [
      'somebody who restored the stable',
      'somebody-else-deployed',
      { outcome: 'rolled-back', reason: 'Somebody else restored the stable: production serves 1=100 again.' },
    ],
    [
      'an unknown code of an upload',
      'the-upload-failed',
      { reason: 'The upload failed: PostObject: Odd.', faults: [fault({ code: 'Odd' })] },
    ],
    ['an unknown code', ANY_OTHER_CODE, { reason: 'X failed: NeverHeard.', faults: [fault({ code: 'NeverHeard' })] }],
    ['nothing but its outcome', 'held', { outcome: 'held', reason: 'Nobody knows.' }],
    [
      'a refused plan',
      'the-canary-is-older',
      { outcome: 'refused', reason: 'Nothing was written: version "1" is older than "2".' },
    ],
  ])('%s', (_name, anchor, ended) => {
    expect(helpAnchor({ outcome: 'failed', reason: '', faults: [], ...ended })).toBe(anchor);
  });
});

describe('the page and the table hold the same', () => {
  const reachable = new Set([...TOPICS.map(({ anchor }) => anchor), ...Object.keys(OUTCOMES), ANY_OTHER_CODE]);
  /** Of warnings and of titles, to which nothing links. */
  const documented = failures.filter(({ anchor }) => !reachable.has(anchor));

  test.each([...reachable])('#%s is a heading', (anchor) => {
    expect(SECTIONS.filter((section) => section.anchor === anchor)).toHaveLength(1);
    expect(page).toContain(`](#${anchor})`);
  });

  test.each(failures.map(({ anchor }) => anchor))(
    '#%s shows what it is found by, and says why and what to do',
    (anchor) => {
      const topics = TOPICS.filter((topic) => topic.anchor === anchor);
      const { text = '' } = byAnchor.get(anchor) ?? {};
      expect(text).toMatch(/^- Shows: .+\n- Why: .+\n- Do: .+/m);
      for (const wanted of topics.flatMap(({ texts = [] }) => texts)) expect(shownIn(anchor)).toContain(wanted);
    },
  );

  test('what nothing links to is told by a text that a warning has', () => {
    expect(documented.map(({ anchor }) => anchor)).toEqual([
      'an-upload-left-a-version-behind',
      'pages-miss-their-assets',
    ]);
    for (const { anchor } of documented) {
      const [, text = ''] = /`([^`]+)`/.exec(shownIn(anchor)) ?? [];
      expect(SOURCES).toContain(text);
    }
  });

  test.each(TOPICS.flatMap(({ texts = [] }) => texts))('a source can say %j', (text) => {
    // A name in it may be filled in.
    const filled = SOURCES.replace(/[$]\{\w+\}/g, '#');
    expect([text, text.replace(/gate-logs|^GITHUB_\w+/, '#')].some((one) => filled.includes(one))).toBe(true);
  });

  test.each(Object.keys(OUTCOMES))('of the outcome %s is said what is live and what to do', (outcome) => {
    expect(byAnchor.get(outcome)?.text).toMatch(/^- Live: .+\n- Do: .+/m);
  });

  test('the table of contents leads to headings alone, and to each of them', () => {
    const linked = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(linked.filter((anchor) => !byAnchor.has(anchor))).toEqual([]);
    expect(SECTIONS.slice(1).filter(({ anchor }) => !linked.includes(anchor))).toEqual([]);
  });
});

describe('the place', () => {
  test.each([
    ['https://github.com', 'o/r', 'v1', 'Help: https://github.com/o/r/blob/v1/docs/outcomes.md#held'],
    [
      'https://github.com',
      'o/r',
      'feature/a b',
      'Help: https://github.com/o/r/blob/feature/a%20b/docs/outcomes.md#held',
    ],
    ['https://ghe.example', 'o/r', 'v1', 'Help: docs/outcomes.md#held in o/r@v1'],
    ['https://github.com', '', '', ''],
    ['https://github.com', 'o/r', '', ''],
    ['', 'o/r', 'v1', ''],
    ['https://github.com', 'o/r) [x](y', 'v1', ''],
  ])('of %s, %s at %s', (server, repository, ref, sentence) => {
    expect(helpSentence(helpPlace(server, repository, ref), 'held')).toBe(sentence);
  });
});

test('every outcome that fails is helped', () => {
  for (const outcome of Object.keys(OUTCOMES) as Outcome[])
    expect(byAnchor.has(helpAnchor({ outcome, reason: '', faults: [] }))).toBe(true);
});
