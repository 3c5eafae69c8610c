import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

/**
 * Rooms of tests that are of no single source: the bundle, the suite of lies and faults, an endpoint, what people see,
 * the whole core, workflows in an engine.
 */
const OF_NO_SOURCE = /^(?:action|chaos|emulator|rendering|rollout\/walks|workflows)\//;

const tests = readdirSync(join(root, '__tests__'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '__tests__/').length))
  .filter((path) => !path.startsWith('support/'));

test('what is no test is in support/', () => {
  expect(tests.filter((path) => !path.endsWith('.test.ts'))).toEqual([]);
});

/** `next.aborting.test.ts` is a part of what tests `next.ts`. */
test('each test of a room stands where the source does that it tests', () => {
  const ofSources = tests.filter((path) => path.includes('/') && !OF_NO_SOURCE.test(path));
  const names = ofSources.map((path) => path.replace(/(?:\.\w+)?\.test\.ts$/, ''));
  // What asks the real service stands beside src/.
  const sourceOf = (name: string) => join(root, name.startsWith('contract/') ? '' : 'src', `${name}.ts`);
  expect(names.filter((name) => !existsSync(sourceOf(name)))).toEqual([]);
});
