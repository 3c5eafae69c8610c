import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lastLine, readCounts } from '../../src/gates/counts.js';
import { failed, succeeded } from '../../src/rollout/result.js';

const WHOLE = 'has to be a whole number from 0 to 1000000000';
const PAIR = 'has to be an object with "good" and "bad"';

describe('counts', () => {
  const count = fc.integer({ min: 0, max: 1_000_000_000 });
  const counts = fc.record({ good: count, bad: count });
  const given = fc.record({ canary: counts, stable: fc.option(counts, { nil: undefined }), step: fc.boolean() });

  test('are read as they were written', () => {
    fc.assert(
      fc.property(given, ({ canary, stable, step }) => {
        const line = JSON.stringify({ canary, stable, ...(step ? { since: 'step' } : {}) });
        expect(readCounts(line)).toEqual(succeeded({ canary, stable, since: step ? 'step' : 'check' }));
      }),
    );
  });

  test('may be written as any number that is whole', () => {
    const line = '{ "canary": { "bad": 3.0, "good": 1e3 }, "stable": { "good": 1e9, "bad": 0e0 } }';
    const stable = { good: 1_000_000_000, bad: 0 };
    expect(readCounts(line)).toEqual(succeeded({ canary: { good: 1_000, bad: 3 }, stable, since: 'check' }));
  });

  test.each([
    ['{', 'the last line begins with `{` and is not JSON'],
    ['{"canary":{"good":1,"bad":0}} done', 'the last line begins with `{` and is not JSON'],
    ["{'canary':{'good':1,'bad':0}}", 'the last line begins with `{` and is not JSON'],
    ['{"canary":{"good":NaN,"bad":0}}', 'the last line begins with `{` and is not JSON'],
    ['{}', '`canary` is missing'],
    ['{"stable":{"good":1,"bad":0}}', '`canary` is missing'],
    ['{"canary":{"good":1}}', '`canary.bad` is missing'],
    ['{"canary":{"good":1,"bad":-3}}', `\`canary.bad\` ${WHOLE}`],
    ['{"canary":{"good":1.5,"bad":0}}', `\`canary.good\` ${WHOLE}`],
    ['{"canary":{"good":"1","bad":0}}', `\`canary.good\` ${WHOLE}`],
    ['{"canary":{"good":null,"bad":0}}', `\`canary.good\` ${WHOLE}`],
    ['{"canary":{"good":1000000001,"bad":0}}', `\`canary.good\` ${WHOLE}`],
    ['{"canary":{"good":1e400,"bad":0}}', `\`canary.good\` ${WHOLE}`],
    ['{"canary":{"good":-1,"bad":0.5}}', `\`canary.good\` ${WHOLE}, \`canary.bad\` ${WHOLE}`],
    ['{"canary":[812,3]}', `\`canary\` ${PAIR}`],
    ['{"canary":null}', `\`canary\` ${PAIR}`],
    ['{"canary":{"good":1,"bad":0},"stable":null}', `\`stable\` ${PAIR}`],
    ['{"canary":{"good":1,"bad":0},"stable":{"good":1,"bad":-1}}', `\`stable.bad\` ${WHOLE}`],
    ['{"canary":{"good":1,"bad":0},"since":"check"}', '`since` has to be "step" or left out'],
    ['{"canary":{"good":1,"bad":0},"baseline":{}}', '"baseline" is not known'],
    ['{"canary":{"good":1,"bad":0,"ugly":2}}', 'canary."ugly" is not known'],
    ['{"status":"ok"}', '`canary` is missing, "status" is not known'],
    ['{"canary":{"good":1,"bad":0},"__proto__":{}}', '"__proto__" is not known'],
  ])('%s: %s', (line, mistake) => {
    const allowed = 'allowed is {"canary":{"good":812,"bad":3}}, also with "stable" and "since":"step"';
    expect(readCounts(line)).toEqual(failed(`wrong counts: ${mistake}; ${allowed}`));
  });

  test('are never made out of anything else', () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.constant(null));
    const part = fc.oneof(value, fc.dictionary(fc.constantFrom('good', 'bad', 'x'), value));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('canary', 'stable', 'since', 'x'), part), (json) => {
        const read = readCounts(JSON.stringify(json));
        if (read?.ok !== true) return expect(read?.ok).toBe(false);
        const { canary, stable, since } = read.value;
        expect({ canary, ...(stable && { stable }), ...(since === 'step' && { since }) }).toEqual(json);
      }),
    );
  });

  test('are none where the line begins otherwise', () => {
    for (const line of ['', 'ok', '[1]', '}', 'x{']) expect(readCounts(line, line)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => expect(readCounts(`.${text}`)).toBeUndefined()));
  });
});

describe('blanks and a byte order mark before them', () => {
  test.each([' ', '\t ', '\uFEFF', '\uFEFF  '])('mean nothing: %j', (before) => {
    expect(readCounts(`${before}{"canary":{"good":1,"bad":0}}`)).toMatchObject({ ok: true });
    expect(readCounts(`${before}{"canary":1}`)).toMatchObject({ ok: false });
  });
});

describe('counts over several lines', () => {
  const SPREAD = failed(
    'wrong counts: they have to be on one line, as `jq -c` writes them; allowed is {"canary":{"good":812,"bad":3}}, also with "stable" and "since":"step"',
  );
  const pretty = (json: unknown) => JSON.stringify(json, null, 2);
  const counts = { canary: { good: 812, bad: 3 }, stable: { good: 9, bad: 0 } };

  test.each([
    ['as jq writes them without -c', pretty(counts)],
    ['with blanks around', `\n  ${pretty(counts).replaceAll('\n', '\n  ')}\n\n`],
    ['after a byte order mark', `\uFEFF${pretty(counts)}\r\n`],
    ['in lines of another system', pretty(counts).replaceAll('\n', '\r\n')],
    ['after other lines', `counting {\n{"asked": 3}\n${pretty(counts)}\n`],
    ['that are wrong besides', pretty({ canary: null })],
    ['as a query that begins with them', '{ "canary":\n{ "good": 1, "bad": 0 }\n}'],
  ])('are a mistake: %s', (_name, text) => {
    expect(readCounts(text.trimEnd().split('\n').at(-1) ?? '', text)).toEqual(SPREAD);
  });

  test.each([
    ['of something else', pretty({ status: 'ok', nested: { canary: 1 } })],
    ['of a list', pretty([counts])],
    ['before another line', `${pretty(counts)}\ndone`],
    ['that are not JSON', '{\n  "canary": 1,\n}'],
  ])('are none: %s', (_name, text) => {
    expect(readCounts(text.split('\n').at(-1) ?? '', text)).toBeUndefined();
  });
});

describe('the last line', () => {
  const inPieces = (pieces: readonly string[]) => pieces.reduce(lastLine, '').trimEnd();

  test.each([
    ['', ''],
    ['a', 'a'],
    ['a\nb', 'b'],
    ['a\nb\n', 'b'],
    ['a\r\nb\r\n', 'b'],
    ['a\nb\n \n\n', 'b'],
    ['\n\n', ''],
    ['a\n  b', 'b'],
    [`${' '.repeat(9_000)}b`, 'b'],
    [`a\n${' '.repeat(9_000)}b`, 'b'],
  ])('of %j is %j', (text, last) => {
    expect(inPieces([text])).toBe(last);
  });

  test('is the same in however many pieces it comes', () => {
    const words = fc.constantFrom('{', '}', '"a":1', ' ', '\n', '\r\n', 'x');
    fc.assert(
      fc.property(fc.array(words), fc.array(fc.nat(20)), (written, cuts) => {
        const text = written.join('');
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(inPieces(pieces)).toBe(inPieces([text]));
      }),
    );
  });

  test('is kept in bounds, and what is cut off makes no other line of it', () => {
    const long = `{"canary":${' '.repeat(5_000)}{"good":1,"bad":0}}`;
    const kept = inPieces([long.slice(0, 4_200), long.slice(4_200)]);
    expect(kept.length).toBeLessThanOrEqual(4_096);
    expect(readCounts(kept)?.ok).toBe(false);
    expect(inPieces([`${'x'.repeat(9_000)}\n`, '{}'])).toBe('{}');
  });
});
