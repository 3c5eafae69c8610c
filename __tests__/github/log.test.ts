import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Log, openLog } from '../../src/github/log.js';
import { secretKeeper } from '../../src/secrets/secrets.js';

const SECRET = 'LTAI5tExample/Secret+42';

let written = '';
beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

function opened(): Log {
  const keeper = secretKeeper(() => {});
  keeper.keep(SECRET);
  return openLog(keeper);
}

/** What the log is made to write. */
function of(use: (log: Log) => void): string {
  written = '';
  use(opened());
  return written;
}

/** A detail in a section, and what ends its group. */
function inSection(log: Log, title: string, text: string): void {
  log.section(title);
  log.say(text);
  log.headline('Done.');
}

/** Each way in for a text that somebody else may have a part in, and the commands that it makes itself. */
const WAYS: readonly (readonly [name: string, write: (log: Log, text: string) => void, own: readonly string[]])[] = [
  ['say', (log, text) => log.say(text), []],
  ['warn', (log, text) => log.warn(text), ['warning']],
  ['fail', (log, text) => log.fail(text, 'failed'), ['error']],
  ['the title of fail', (log, text) => log.fail('It failed.', text), ['error']],
  ['failWithLines', (log, text) => log.failWithLines(text, 'failed'), ['error']],
  ['headline', (log, text) => log.headline(text), []],
  ['say within a section', (log, text) => inSection(log, 'Plan', text), ['group', 'endgroup']],
  ['the title of a section', (log, text) => inSection(log, text || 'Plan', 'a detail'), ['group', 'endgroup']],
];

/**
 * The commands that a runner takes from these lines: `::name::` at a line's start, `##[name]` anywhere.
 * Source: actions/runner, ActionCommand.TryParseV2 and TryParse.
 */
function commandsIn(text: string): string[] {
  return text.split(/\r\n|[\n\r]/).flatMap((line) => {
    const [, name] = /^\s*::([^\s:]+).*?::/.exec(line) ?? [];
    const old = [...line.matchAll(/##\[([^\]]+)\]/g)].map(([, command]) => `##${command}`);
    return [...(name === undefined ? [] : [name]), ...old];
  });
}

describe.each(WAYS)('%s', (_, write, own) => {
  test.each([
    '::error::planted',
    '  ::set-output name=x::planted',
    '::add-mask::a',
    'first\n::error::planted',
    'first\r::stop-commands::x',
    'first\r\n::warning file=x::planted',
    '\u2028::error::planted',
    '\t::error::planted',
    '##[error]planted',
    'in the middle ##[set-env name=A]b',
    'a\n##[add-path]/tmp',
    '%0A::error::planted',
  ])('makes no command of %j', (text) => {
    expect(commandsIn(of((log) => write(log, text)))).toEqual(own);
  });

  test('makes no command of anything', () => {
    const part = fc.constantFrom(
      '::',
      '##[',
      'error',
      ']',
      '\n',
      '\r',
      ' ',
      '%0A',
      '%0D',
      ',',
      'title=',
      '\u2029',
      'ä',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        expect(commandsIn(of((log) => write(log, parts.join(''))))).toEqual(own);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['as it is', SECRET],
    ['within other text', `key=${SECRET}&more`],
    ['twice', `${SECRET} ${SECRET}`],
    ['URL-encoded', encodeURIComponent(SECRET)],
    ['in Base64', Buffer.from(SECRET).toString('base64')],
    ['across the limit of a line', `${'x'.repeat(3_990)}${SECRET}`],
    ['across the limit of a title', `${'x'.repeat(190)}${SECRET}`],
    ['on a later line', `first\n${SECRET}`],
  ])('shows no secret %s', (_how, text) => {
    const shown = of((log) => write(log, text));
    for (const form of [SECRET, encodeURIComponent(SECRET), SECRET.slice(0, 5)]) expect(shown).not.toContain(form);
    expect(shown).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 8));
  });
});

describe('what is said stays readable', () => {
  test('a line as it is', () => {
    expect(of((log) => log.say('Accepted: 2=5, 1=95'))).toBe('Accepted: 2=5, 1=95\n');
  });

  test('an annotation with its title, and one of several lines', () => {
    expect(of((log) => log.fail('It failed.', 'failed'))).toBe('::error title=failed::It failed.\n');
    expect(of((log) => log.warn('Careful.', 'held\n'))).toBe('::warning title=held\\u000a::Careful.\n');
    expect(of((log) => log.failWithLines('Error: no\n  at a', 'Fault'))).toBe(
      '::error title=Fault::Error: no%0A  at a\n',
    );
  });

  test('an endless line is cut, and an endless title sooner', () => {
    expect(of((log) => log.say('x'.repeat(10_000))).length).toBeLessThan(4_100);
    expect(of((log) => log.fail('no', 'x'.repeat(10_000))).length).toBeLessThan(300);
  });
});

describe('details are folded away', () => {
  const groupsIn = (text: string) => text.split('\n').filter((line) => /^::(?:end)?group::/.test(line));

  test('under the title of their section, and what matters stands outside', () => {
    const shown = of((log) => {
      log.section('Step 1 of 2: 5 %');
      log.say('a check');
      log.say('another');
      log.headline('Accepted');
      log.section('Step 2 of 2');
      log.say('a third');
      log.fail('It failed.', 'failed');
    });
    expect(shown.split('\n')).toEqual([
      '::group::Step 1 of 2: 5 %25',
      'a check',
      'another',
      '::endgroup::',
      'Accepted',
      '::group::Step 2 of 2',
      'a third',
      '::endgroup::',
      '::error title=failed::It failed.',
      '',
    ]);
  });

  test('nowhere where there is none, nor before the first section', () => {
    const shown = of((log) => {
      log.say('first');
      log.section('Empty');
      log.section('Empty too');
      log.warn('Careful.');
      log.headline('done');
    });
    expect(shown).toBe('first\n::warning::Careful.\ndone\n');
  });

  test('again after what stood between them', () => {
    const shown = of((log) => {
      log.section('Plan');
      log.say('one');
      log.warn('Careful.');
      log.say('two');
      log.failWithLines('a\nb', 'failed');
    });
    expect(groupsIn(shown)).toEqual(['::group::Plan', '::endgroup::', '::group::Plan, continued', '::endgroup::']);
    expect(shown.endsWith('::endgroup::\n::error title=failed::a%0Ab\n')).toBe(true);
  });

  test('never one within another, and each is ended before an annotation, whatever comes when', () => {
    const step = fc.constantFrom<(log: Log) => void>(
      (log) => log.say('detail'),
      (log) => log.headline('headline'),
      (log) => log.section('::endgroup::\n##[endgroup]section'),
      (log) => log.warn('warning'),
      (log) => log.fail('error', 'title'),
      (log) => log.failWithLines('error', 'title'),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let isOpen = false;
        const shown = of((log) => {
          for (const one of steps) one(log);
          log.headline('The end.');
        });
        for (const line of shown.trimEnd().split('\n')) {
          const opens = line.startsWith('::group::');
          const closes = line === '::endgroup::';
          expect(opens && isOpen).toBe(false);
          expect(closes && !isOpen).toBe(false);
          if (opens || closes) isOpen = opens;
          else if (!line.startsWith('detail')) expect(isOpen).toBe(false);
        }
        expect(isOpen).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
