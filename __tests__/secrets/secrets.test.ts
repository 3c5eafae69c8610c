import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Secrets, secretKeeper } from '../../src/secrets/secrets.js';
import { hasUser, urlSecrets, withoutSecrets } from '../../src/secrets/url-secrets.js';

const keeping = (...secrets: string[]) => {
  const keeper = secretKeeper(() => {});
  keeper.keep(...secrets);
  return keeper.redact;
};

const hex = (code: number, digits: number, upper: boolean) => {
  const text = code.toString(16).padStart(digits, '0');
  return upper ? text.toUpperCase() : text;
};
const bytes = (text: string, upper: boolean, plain: RegExp) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return plain.test(character) ? character : `%${hex(byte, 2, upper)}`;
    })
    .join('');

/** What careless software does to what it gives back, each written here a second time. */
const ESCAPES: readonly ((text: string) => string)[] = [
  (text) => bytes(text, true, /[\w.~-]/),
  (text) => bytes(text, false, /[\w.~-]/),
  (text) => bytes(text, true, /[\w.~ -]/).replaceAll(' ', '+'),
  (text) => bytes(text, false, /^$/),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  (text) => text.replace(/[^\w ]/gu, (mark) => `\\u${hex(mark.charCodeAt(0), 4, false)}`),
  (text) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`),
  (text) => text.replace(/[&<>"'/=+]/g, (mark) => `&#x${hex(mark.charCodeAt(0), 2, true)};`),
  (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('=', '&equals;'),
];

/** At its ends an escape may be half of what is found, and its other half stay: so they are letters or digits here. */
const secret = fc.stringMatching(/^[0-9A-Za-z][!-~]{6,40}[0-9A-Za-z]$/);

describe('a text without secrets', () => {
  test('holds none that was escaped, up to three times, in whatever way', () => {
    fc.assert(
      fc.property(secret, fc.array(fc.constantFrom(...ESCAPES), { maxLength: 3 }), (text, escapes) => {
        const echoed = escapes.reduce((told, escaped) => escaped(told), text);
        expect(keeping(text)(`before ${echoed} after`)).toBe('before *** after');
      }),
      { numRuns: 5_000 },
    );
  });

  test('holds none that has escapes of its own, which are undone with those around it', () => {
    for (const text of ['A!&%00!A', 'A%00%00A'])
      for (const escaped of ESCAPES) expect(keeping(text)(`before ${escaped(text)} after`)).toBe('before *** after');
  });

  test('holds none that has spaces or letters of any script, nor its Base64 without the end', () => {
    for (const text of ['a pass word', 'pässwörd/1', 'p+ss wörd']) {
      const redact = keeping(text);
      for (const escaped of ESCAPES) expect(redact(`<${escaped(escaped(text))}>`)).toBe('<***>');
      for (const form of ['base64', 'base64url'] as const)
        expect(redact(Buffer.from(text).toString(form).replace(/=+$/, ''))).toBe('***');
    }
  });

  test('is the text itself where there is no secret, escapes and all', () => {
    const redact = keeping('CAIS/long+token==&x');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom(...ESCAPES), (text, escaped) => {
        expect(redact(escaped(text))).toBe(escaped(text));
      }),
    );
    expect(redact('50 % of %2F&amp;\\/ &#0; \\u0000 &nosuch; %zz')).toBe(
      '50 % of %2F&amp;\\/ &#0; \\u0000 &nosuch; %zz',
    );
  });

  test('keeps what stands around, between several, at any depth', () => {
    const redact = keeping('first/secret', 'other+secret');
    const once = encodeURIComponent('first/secret');
    const twice = encodeURIComponent(encodeURIComponent('other+secret'));
    expect(redact(`%41${once}%42 ${twice} first\\/secret %43`)).toBe('%41***%42 *** *** %43');
  });

  test('holds no signature, escaped or not', () => {
    const redact = keeping('CAIS/long+token==&x');
    for (const sign of ['=', '%3D', '%253d', '%25253D', '\\u003d', '&#61;', '&#x3D;'])
      expect(redact(`Signature${sign}0123456789abcdef0123`)).toBe(`Signature${sign}***`);
  });
});

describe('a URL with something before its host', () => {
  test.each([
    'http://:password1@host/',
    'http://user:password1@host/',
    'http://password1@host/',
    'http:\\\\user:password1@host',
    'http:user:password1@host',
    'http:///user:password1@host',
    'ht\ttp://user:password1@host',
    'http://us:er@x:password1@host',
    'HTTPS://user:pass%77ord1@host',
  ])('%s is known, masked, and hidden in messages', (url) => {
    expect(URL.canParse(url)).toBe(true);
    expect(hasUser(url)).toBe(true);
    const keeper = secretKeeper(() => {});
    keeper.keep(...urlSecrets(url));
    expect(keeper.redact('is password1 here')).not.toContain('password1');
    expect(withoutSecrets(url)).toMatch(/^[a-z:\\/]*\*\*\*@host\/?$/i);
  });

  test.each(['http://@host', 'https://:@host'])('%s, be it empty', (url) => expect(hasUser(url)).toBe(true));

  test.each(['https://host/@scope/x', 'https://host:8443/a?b=c@d#e@f', 'http://[::1]/'])('%s has none', (url) => {
    expect(hasUser(url)).toBe(false);
    expect(urlSecrets(url).filter((one) => one.includes('host'))).toEqual([]);
  });

  test('a token in a fragment is one', () =>
    expect(urlSecrets('https://h/#access_token=abcdefgh1')).toContain('abcdefgh1'));
});

describe('the runner is told', () => {
  function told(keep: (secrets: Secrets) => void): string[] {
    const masks: string[] = [];
    keep(secretKeeper((form) => masks.push(form)));
    return masks;
  }

  test('of each secret once, and not of what it works out itself', () => {
    const token = 'CAIS/long+token==&x';
    expect(told(({ keep }) => keep(token, '', token))).toEqual([token]);
    expect(told(({ keep }) => [keep(token), keep(token, 'another-one')])).toEqual([token, 'another-one']);
    const forms = [encodeURIComponent(token), Buffer.from(token).toString('base64')];
    expect(told(({ keep }) => keep(...forms, token))).toEqual([token]);
  });

  test('of a form that it works out otherwise', () => {
    expect(told(({ keep }) => keep('pass/word!(1)'))).toEqual(['pass/word!(1)', 'pass%2Fword!(1)']);
  });

  test('nothing of what somebody else has told it, which is hidden all the same', () => {
    const keeper = secretKeeper(() => {});
    keeper.keepMasked('a-token-of-length');
    expect(keeper.redact('it is a-token-of-length')).toBe('it is ***');
    expect(told(({ keep, keepMasked }) => [keepMasked('a-token-of-length'), keep('a-token-of-length')])).toEqual([]);
  });
});
