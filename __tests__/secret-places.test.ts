import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

/** By path below src/. */
const sources = readdirSync(resolve(import.meta.dirname, '../../src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => [path, readFileSync(join(import.meta.dirname, '../../src', path), 'utf8')] as const);

const holding = (pattern: RegExp) => sources.flatMap(([path, text]) => (pattern.test(text) ? [path] : []));

test('only the log writes to the log', () => {
  expect(holding(/\bcore\.(?:info|notice|warning|error|debug|startGroup|group|setFailed)\(/)).toEqual([
    'github/log.ts',
  ]);
  expect(holding(/\bconsole\.|process\.(?:stdout|stderr)\b|emitWarning\(/)).toEqual([]);
});

test('only one place hands over outputs and summary', () => {
  expect(holding(/^(?!export).*\b(?:setOutputs|addSummary)\(/m)).toEqual(['conclude.ts']);
  expect(holding(/\bcore\.(?:setOutput|summary|saveState|exportVariable)\b/)).toEqual(['github/runner.ts']);
});

test('what is kept for the post step passes the one redaction that leaves it JSON', () => {
  expect(holding(/\bsaveState\('evidence', redactJson\(evidence, redact\)\)/)).toEqual(['deploy.ts']);
  expect(holding(/\bsaveState\('evidence'(?!, redactJson\()/)).toEqual([]);
  expect(holding(/\bsaveState\('record', [^)]*redactJson\(/)).toEqual(['github/open-record.ts']);
  expect(holding(/\bsaveState\('record'(?!, [^)]*redactJson\()/)).toEqual([]);
});

test('nothing but the runner module touches a file', () => {
  expect(holding(/'(?:node:)?fs(?:\/promises)?'/)).toEqual(['github/runner.ts']);
});
