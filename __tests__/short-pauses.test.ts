import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { nodes, SHORT_PAUSES } from './support/action/stage.js';

/** What a process with short pauses measures of this, in ms: by its clock, and by one that nobody changed. */
function measured(node: string, work: string): { readonly told: number; readonly real: number } {
  const script = `
    const { setTimeout: pause } = require('node:timers/promises');
    const later = (ms) => new Promise((done) => setTimeout(done, ms));
    (async () => {
      const [told, real] = [Date.now(), performance.now()];
      await ${work};
      console.log(JSON.stringify({ told: new Date().getTime() - told, real: performance.now() - real }));
    })();`;
  const env = { PATH: process.env['PATH'] ?? '', ...SHORT_PAUSES };
  return JSON.parse(execFileSync(node, ['-e', script], { env, encoding: 'utf8' }));
}

describe.each(nodes)('on %s', (node) => {
  test('a pause takes a twentieth, and the clock says that it took all of it', () => {
    const { told, real } = measured(node, 'pause(20_000)');
    expect(told).toBeGreaterThanOrEqual(19_900);
    expect(real).toBeGreaterThanOrEqual(990);
    expect(real).toBeLessThan(10_000);
  });

  test('pauses at the same time pass once, and one that is cut short ends', () => {
    expect(measured(node, 'Promise.all([pause(4_000), pause(2_000)])').real).toBeLessThan(3_000);
    const cut = 'pause(600_000, undefined, { signal: AbortSignal.timeout(20) }).catch(() => {})';
    expect(measured(node, cut).real).toBeLessThan(10_000);
  });

  test('a limit in time is real, and so is the clock beside it', () => {
    const { told, real } = measured(node, 'later(300)');
    expect(real).toBeGreaterThanOrEqual(299);
    expect(Math.abs(told - real)).toBeLessThan(2_000);
  });
});
