import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HelpPlace } from '../../../src/rollout/help.js';
import type { Conclusion, Live } from '../../../src/rollout/model.js';
import { annotationOf, helpLine, helpParagraph } from '../../../src/rollout/report/annotation.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { at, read, rolloutPlan, serving } from '../../support/rollout/builders.js';

const NONE: HelpPlace = { kind: 'none' };
const PAGE: HelpPlace = { kind: 'page', url: 'https://github.com/o/r/blob/v1/docs/outcomes.md' };
const PLAN = rolloutPlan([{ weight: 5, bake: 60_000 }]);
const OLD = serving(1, at(0));

const ended = (reason: string, more: Partial<Conclusion> = {}, live: Live = OLD) =>
  finishedRun(PLAN, [read(1, live)], { outcome: 'rolled-back', reason, advice: [], ...more });

describe('the annotation of a failure', () => {
  test('begins with what is live, then why, then what to do', () => {
    const reason = 'The gate failed: 3 of 3 answers failed. Now production serves 1=100 again. It may still show.';
    expect(annotationOf(ended(reason, { advice: ['Mend it.'] }), NONE)).toEqual({
      title: 'rolled-back: r in production',
      text: 'Now production serves 1=100 again. The gate failed: 3 of 3 answers failed. It may still show. Mend it.',
    });
  });

  test.each([
    ['it can no longer be read', 'production was last seen to serve 1=100; 2=50,1=50 was sent since and may be live.'],
    ['somebody else has deployed it', 'Somebody else deployed meanwhile: production serves 1=100.'],
    ['somebody else has put it back', 'Somebody else restored the stable: production serves 1=100 again.'],
  ])('begins with what is live also where %s', (_name, live) => {
    const { text } = annotationOf(ended(`The gate failed: 3 of 3. ${live} Left alone.`), NONE);
    expect(text).toBe(`${live} The gate failed: 3 of 3. Left alone.`);
  });

  test('ends with the place where it is explained', () => {
    const { text } = annotationOf(ended('The gate failed: no. Now production serves 1=100.'), PAGE);
    expect(text).toMatch(/The gate failed: no\. Help: https:\/\/github\.com\/.*#the-gate-failed$/);
  });

  test('links to what is written of answers that are not believed, which are no fault of the service', () => {
    const reason = 'What is live can no longer be read: AnswerNotBelieved: the service shows nothing.';
    expect(annotationOf(ended(reason), PAGE).text).toMatch(/#the-answer-is-not-believed$/);
  });

  test.each([
    ['what is live stands first already', 'Now production serves 1=100.'],
    ['the sentence is of something else', 'It said: Now production serves 9=100. No.'],
    ['nothing is said of it', 'Nobody knows.'],
    ['it is a part of another sentence', 'It was. Cancelled before that; production serves 1=100. No.'],
  ])('stays as it is where %s', (_name, reason) => {
    expect(annotationOf(ended(reason), NONE).text).toBe(reason);
  });

  test('takes for what is live what is, whatever a service says before', () => {
    const reason = 'X failed: Now production serves 9=100. Now production serves 1=100.';
    expect(annotationOf(ended(reason), NONE).text).toBe(
      'Now production serves 1=100. X failed: Now production serves 9=100.',
    );
  });

  test('loses no word', () => {
    const part = fc.constantFrom(
      'Now production serves 1=100',
      'It failed',
      '.',
      ' ',
      ', and stays as it is',
      '\u2028',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const reason = parts.join('');
        const letters = (text: string) => [...text.replace(/\s/g, '')].toSorted().join('');
        expect(letters(annotationOf(ended(reason), NONE).text)).toBe(letters(reason));
      }),
    );
  });
});

describe('the line of the summary', () => {
  test('is the same link, where the run failed', () => {
    expect(helpLine(ended('The gate failed: no.'), PAGE)).toBe(`Help: ${PAGE.url}#the-gate-failed`);
    expect(helpLine(ended('Now production serves 2=100.', { outcome: 'promoted' }), PAGE)).toBe('');
    expect(helpLine(ended('The gate failed: no.'), NONE)).toBe('');
    expect(helpLine(ended('The gate failed: no.'))).toBe('');
  });

  test('is a paragraph where what failed is known', () => {
    expect(helpParagraph(PAGE, 'an-input-is-wrong')).toBe(`Help: ${PAGE.url}#an-input-is-wrong\n\n`);
    expect(helpParagraph(NONE, 'an-input-is-wrong')).toBe('');
  });

  test('is harmless where it names a repository and its ref', () => {
    const named: HelpPlace = { kind: 'named', repository: 'o/r', ref: '`<b>' };
    expect(helpLine(ended('The gate failed: no.'), named)).not.toMatch(/[`<]b>|<b>/);
  });
});
