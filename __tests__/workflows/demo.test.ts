import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { nodes } from '../support/action/stage.js';

const demo = resolve(import.meta.dirname, '../../../dist/dev/demo.cjs');

test.each(nodes)('npm run demo ends with a picture of the rollback and three lines, on %s', (node) => {
  const { status, stdout } = spawnSync(node, [demo], { encoding: 'utf8' });
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/^v4 failed [1-9]\d* of \d+ requests of the gate, v3 0 of \d+: rolled-back\.$/),
    expect.stringMatching(/^It had \d+ % at most, for [\d.]+ s; now v3 answers all: nothing is left to do\.$/),
    'Next, a workflow: npm run try -- examples/build-and-rollout.yml --break latest',
  ]);
  const pictured = lines.slice(lines.indexOf("  What v4 got of production's requests:"), -4);
  expect(pictured.at(-1)).toMatch(/^ +0 s .*[\d.]+ s rolled-back$/);
  expect(pictured.filter((line) => /^ +\d+ % ┤/.test(line)).length).toBeGreaterThan(2);
  expect(lines.slice(-10).filter((line) => line.length > 80)).toEqual([]);
  expect(stdout.match(/ outcome [\w-]+/g)).toEqual([
    ' outcome planned',
    ' outcome deployed',
    ' outcome promoted',
    ' outcome rolled-back',
  ]);
});
