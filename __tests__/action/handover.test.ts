import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openLog } from '../../src/github/log.js';
import { addSummary, forgetState, saveState, setOutputs } from '../../src/github/runner.js';
import { gate } from '../support/action/rollout-stage.js';
import { live, node24, nodes, onStage, writes } from '../support/action/stage.js';

const folder = mkdtempSync(join(tmpdir(), 'handover-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Places in which nothing can be written. Whoever is root may write anywhere. */
const PLACES: readonly (readonly [string, () => string])[] = [
  ['a file that is not there', () => join(folder, 'nowhere', 'file')],
  [
    'a directory',
    () => {
      mkdirSync(folder, { recursive: true });
      return folder;
    },
  ],
  ...(process.platform === 'linux' ? [['a disk that is full', () => '/dev/full'] as const] : []),
  ...(process.getuid?.() === 0
    ? []
    : [
        [
          'a file that is read-only',
          () => {
            mkdirSync(folder, { recursive: true });
            writeFileSync(join(folder, 'file'), '');
            chmodSync(join(folder, 'file'), 0o400);
            return join(folder, 'file');
          },
        ] as const,
      ]),
];

describe.each(PLACES)('%s', (_, place) => {
  test('as GITHUB_OUTPUT: the deployment stands, it is said what is live, exit 1', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ versions: `${versions[1]}` }, { GITHUB_OUTPUT: place() });
      expect(result.exitCode).toBe(1);
      expect(live(emulator)).toEqual({ [`${versions[1]}`]: 100 });
      expect(result.log).not.toMatch(/fault in the action|^ +at /im);
      expect(result.log).toMatch(
        /^::error title=Outputs lost::GITHUB_OUTPUT could not be written: [^.]*[^.]\. No later/m,
      );
      expect(result.log).toContain(
        `A deployment was made all the same. Live when last known: ${versions[1]}=100 (deployment `,
      );
      expect(result.summary).toContain('### ✅ Deployed');
    });
  });

  test('as GITHUB_OUTPUT, of a run that is refused: it says so, and that nothing is known to be deployed', async () => {
    await onStage(async ({ run }) => {
      const result = await run({ versions: 'x' }, { GITHUB_OUTPUT: place() });
      expect(result.log).toContain('No deployment by this run is known. It ended as refused: No request was sent.');
      expect(result.log).not.toMatch(/fault in the action/i);
    });
  });

  test('as GITHUB_STEP_SUMMARY: a warning', async () => {
    await onStage(async ({ versions, run }) => {
      const result = await run({ versions: `${versions[1]}` }, { GITHUB_STEP_SUMMARY: place() });
      expect(result.exitCode).toBe(0);
      expect(result.outputs['outcome']).toBe('deployed');
      expect(result.log).toMatch(/^::warning::The job summary could not be written to GITHUB_STEP_SUMMARY: /m);
    });
  });

  test('as GITHUB_STATE: whoever saves is told', () => {
    const before = process.env['GITHUB_STATE'];
    process.env['GITHUB_STATE'] = place();
    const saved = saveState('stable', '17');
    process.env['GITHUB_STATE'] = before ?? '';
    expect(saved).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^GITHUB_STATE could not be written: .*[^.]\.$/),
    });
  });
});

test('what was begun is taken back: half of a value would have the runner refuse the whole file', () => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'output');
  writeFileSync(file, 'of another step\n');
  const before = process.env['GITHUB_OUTPUT'];
  process.env['GITHUB_OUTPUT'] = file;
  const second = { toString: () => '' } as string;
  Object.defineProperty(second, 'toJSON', {
    value: () => {
      throw new Error('full.');
    },
  });
  expect(setOutputs({ first: 'x', second })).toEqual({ ok: false, error: 'GITHUB_OUTPUT could not be written: full.' });
  process.env['GITHUB_OUTPUT'] = before ?? '';
  expect(readFileSync(file, 'utf8')).toBe('of another step\n');
});

test('what was saved can be taken back without room on the disk', () => {
  mkdirSync(folder, { recursive: true });
  const before = process.env['GITHUB_STATE'];
  process.env['GITHUB_STATE'] = join(folder, 'state');
  writeFileSync(join(folder, 'state'), '');
  expect(saveState('stable', '17')).toEqual({ ok: true });
  expect(readFileSync(join(folder, 'state'), 'utf8')).toContain('17');
  expect(forgetState()).toEqual({ ok: true });
  expect(readFileSync(join(folder, 'state'), 'utf8')).toBe('');
  process.env['GITHUB_STATE'] = join(folder, 'no', 'state');
  expect(forgetState().ok).toBe(false);
  process.env['GITHUB_STATE'] = before ?? '';
});

test('a summary is never longer than GitHub takes, and ends with a line', () => {
  mkdirSync(folder, { recursive: true });
  const before = process.env['GITHUB_STEP_SUMMARY'];
  process.env['GITHUB_STEP_SUMMARY'] = join(folder, 'summary');
  writeFileSync(join(folder, 'summary'), '');
  addSummary('| ä | b |\n'.repeat(200_000), openLog({ clean: (text) => text }));
  process.env['GITHUB_STEP_SUMMARY'] = before ?? '';
  const written = readFileSync(join(folder, 'summary'));
  expect(written.length).toBeGreaterThan(900_000);
  expect(written.length).toBeLessThan(1_024 * 1_024);
  expect(written.toString()).toMatch(
    /\| ä \| b \|\n\nThe rest of this summary is longer than GitHub takes\. The log has it all\.\n$/,
  );
});

describe('ten thousand mistakes', () => {
  test('are ten annotations and a count; log, summary and reason stay short, and no other mistake is hidden', async () => {
    await onStage(async ({ emulator, run }) => {
      const steps = Array.from({ length: 10_000 }, (_, index) => `wrong|${index}`).join('\n');
      const result = await run({
        canary: '42',
        steps,
        'gate-url': 'http://:passw0rd-1@host/?token=abcdefgh-1',
        wait: 'x',
      });
      expect(result.outputs).toMatchObject({ outcome: 'refused' });
      expect(result.log.match(/^::error/gm)).toHaveLength(10);
      expect(result.log).toContain('10002 things are wrong');
      expect(result.log).toMatch(/^::error title=Input gate-url::/m);
      expect(result.log).toMatch(/^::error title=Input wait::/m);
      expect(result.summary).toContain('10002 things are wrong');
      expect(Buffer.byteLength(result.log)).toBeLessThan(32 * 1024);
      expect(Buffer.byteLength(result.summary)).toBeLessThan(32 * 1024);
      expect([...(result.outputs['reason'] ?? '')].length).toBeLessThanOrEqual(2_001);
      const left = result.log.replace(/^::add-mask::.*$/gm, '') + result.summary + result.files;
      expect(left).not.toMatch(/passw0rd|abcdefgh/);
      expect(writes(emulator)).toBe(0);
    });
  });
});

test.each(nodes)('a gate says nothing of listeners on %s', async (node) => {
  await onStage(async ({ emulator, versions, run }) => {
    const inputs = { canary: versions[1] ?? '', steps: '2% for 200ms, 100%', ...gate(emulator) };
    const { log, outputs } = await run(inputs, {}, node === '' ? node24 : node);
    expect(outputs['outcome']).toBe('promoted');
    expect(log).not.toMatch(/MaxListeners|Warning/);
  });
});
