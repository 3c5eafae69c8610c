import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { BENIGN } from '../support/chaos/claims/benign.js';
import { S } from '../support/chaos/claims/checks.js';
import { CLAIMS } from '../support/chaos/claims/vocabulary.js';
import { literalsOf } from '../support/chaos/literals.js';
import { HEDGES } from '../support/chaos/truth.js';

/** Sentences that no source can say any more prove nothing: the table would be green over words that nobody reads. */
const SOURCES = sources(resolve(import.meta.dirname, '../../../src'));

/** Where the sources put texts together: at placeholders, and where something follows a colon. */
const SEAM = /production|hello|CreateRoutineCodeDeployment|: |:$/;
/** In characters; a shorter piece is found anywhere. */
const SHORTEST = 6;

/** A split stands for itself in a pattern, and is one or none. */
const PATTERNS = [...CLAIMS.map(({ says }) => says), ...BENIGN, HEDGES].map(
  (pattern) => [pattern, literalsOf(new RegExp(pattern.source.replaceAll(S, '.'))).map(tellingOf)] as const,
);

test.each(PATTERNS)('a source can say %s', (_, ways) => {
  const pieces = ways.flat();
  expect(ways.filter((way) => way.length === 0)).toEqual([]);
  expect(pieces.filter((piece) => !SOURCES.includes(piece))).toEqual([]);
});

test('the pieces of a pattern are those that it asks for to the letter', () => {
  expect(literalsOf(/(?:Now|Then) it serves (\d+)(?: or more)?, as read/)).toEqual([
    ['Now', ' it serves ', ', as read'],
    ['Then', ' it serves ', ', as read'],
  ]);
  expect(literalsOf(/never said|[Ii]t may still show/)).toEqual([['never said'], ['t may still show']]);
});

test('a sentence that is in no source is found', () => {
  expect(SOURCES).toContain('It was left alone.');
  expect(SOURCES).not.toContain('Left alone: somebody has deployed');
});

function tellingOf(way: readonly string[]): string[] {
  return way.flatMap((piece) => piece.split(SEAM)).filter((piece) => piece.length >= SHORTEST);
}

/** Texts that are written over several lines are one. */
function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
    .replace(/['`] \+\n\s*['`]/g, '')
    .replaceAll('\\`', '`')
    .replaceAll("\\'", "'");
}
