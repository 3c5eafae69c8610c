import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { makeFolder, tryPlace } from '../../contract/place.js';

const folder = mkdtempSync(join(tmpdir(), 'place-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a folder is made with those above it, and one that is there is left', () => {
  makeFolder(join(folder, 'a/b/c'));
  makeFolder(join(folder, 'a/b/c'));
  expect(existsSync(join(folder, 'a/b/c'))).toBe(true);
});

test('a place that can be written is left as it was', () => {
  writeFileSync(join(folder, 'there'), 'as it was');
  tryPlace(join(folder, 'there'));
  tryPlace(join(folder, 'below/new'));
  expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('as it was');
  expect(readdirSync(join(folder, 'below'))).toEqual([]);
});

test.each(['/proc/none/state.json', '/dev/null', '/dev/zero', '/proc/version'])('%s cannot be written', (path) => {
  expect(() => tryPlace(path)).toThrow();
});

test('nor can a folder, nor what is below a file', () => {
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'file'), '');
  expect(() => tryPlace(join(folder, 'folder'))).toThrow(/no file/);
  expect(() => tryPlace(join(folder, 'file/below'))).toThrow();
});
