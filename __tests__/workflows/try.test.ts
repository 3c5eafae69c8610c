import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { actBinary } from '../../scripts/engine/act-binary.js';
import { versionNamed, worldOf } from '../../scripts/engine/needs.js';
import { act, describeByAct, root } from '../support/workflows/engine.js';

const temporary = mkdtempSync(join(tmpdir(), 'try-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

interface Tried {
  readonly code: number | null;
  readonly said: string;
  readonly complained: string;
}

/** `onText` sees what was said so far, each time that something is. */
async function tryOut(given: readonly string[], onText: (said: string, child: ChildProcess) => void = () => {}) {
  const env = { ...process.env, TMPDIR: temporary, ...(act.kind === 'found' && { ACT: act.path }) };
  const child = spawn(process.execPath, [join(root, 'build/scripts/try.js'), ...given], { cwd: root, env });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (chunk) => {
    said += chunk;
    onText(said, child);
  });
  child.stderr.on('data', (chunk) => {
    complained += chunk;
  });
  return new Promise<Tried>((done) => {
    child.once('close', (code) => done({ code, said, complained }));
  });
}

/** What is said under a title. */
const under = (said: string, title: string) => said.split(`${title}\n`)[1]?.split('\n\n')[0]?.split('\n') ?? [];

/** Neither a file nor a process: everything that the engine starts has its folder in the command or in the PATH. */
function nothingIsLeft(): void {
  expect(readdirSync(temporary)).toEqual([]);
  const running = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });
  expect(running.split('\n').filter((line) => line.includes(join(temporary, 'engine-')))).toEqual([]);
}

describeByAct('npm run try', () => {
  test('tells what is live before and after, what was replaced, and what a next job got', async () => {
    const { code, said } = await tryOut(['examples/split.yml', '--input', 'env=staging', '--input', 'version=latest']);
    expect(code).toBe(0);
    expect(under(said, 'Live before:')).toEqual([
      expect.stringMatching(/^ {2}hello production: 100 % \d{19} \(v1: /),
      expect.stringMatching(/^ {2}hello staging: 100 % \d{19} \(v1: /),
    ]);
    expect(under(said, 'Live after:')[1]).toMatch(/^ {2}hello staging: 10 % \d{19} \(v3: .*, 90 % \d{19} \(v1: /);
    expect(under(said, 'In the copy that runs:')[0]).toMatch(/ESA, STS and Log Service are the emulator/);
    expect(under(said, 'In the copy that runs:')).toContainEqual(expect.stringMatching(/your code is not in it/));
    expect(under(said, 'Records in GitHub:')).toEqual([
      expect.stringMatching(/^ {2}staging, esa:hello:staging: in_progress, success \(deployed: .*\)$/),
    ]);
    expect(under(said, 'What a next job got:')[0]).toBe('  split: success');
    nothingIsLeft();
  });

  test.each(['v3', 'latest', 'hello/v3', versionNamed(worldOf(Date.now()), 'v3')?.codeVersion ?? ''])(
    'breaks %s',
    async (version) => {
      const { code, said } = await tryOut(['examples/rollout.yml', '--break', version, '--speed', '300']);
      expect(code).toBe(1);
      expect(under(said, 'Live after:')[0]).toMatch(/^ {2}hello production: 100 % \d{19} \(v1: /);
      expect(said).toContain(`${version} fails half of its requests`);
      const last = said.split('  What v3 got of the requests to hello in production:\n')[1] ?? '';
      expect(last).toMatch(/^ +5 % ┤ +╭─+╮$/m);
      expect(last).toMatch(/^ +0 s +[\d.]+ s rolled-back\n\nhello in production: rolled-back\. The gate failed: /m);
      expect(last).toMatch(/^v3 had 5 % at most, for [\d.]+ s; live now: v1 100 %\.\nNext: /m);
    },
  );

  test('breaks what is uploaded, as the latest', async () => {
    const { code, said } = await tryOut(['examples/build-and-rollout.yml', '--break', 'latest', '--speed', '300']);
    expect(code).toBe(1);
    expect(under(said, 'Live after:')[0]).toMatch(/^ {2}hello production: 100 % \d{19} \(v1: /);
    expect(said).toMatch(/^ {4}step-5\.outcome: rolled-back$/m);
  });

  test('plays a reviewer who rejects', async () => {
    const { code, said } = await tryOut(['examples/canary-by-jobs.yml', '--reject', 'promote']);
    expect(code).toBe(1);
    expect(under(said, 'Live after:')[0]).toMatch(/^ {2}hello production: 100 % \d{19} \(v1: /);
  });

  test('ends a schedule with the run that is cancelled', async () => {
    const { said } = await tryOut(['examples/rollout-on-schedule.yml'], (text, child) => {
      if (text.includes('▸ Do what is due') && !text.includes('━━ Cancelled')) child.kill('SIGINT');
    });
    expect(said).toContain('\nCancelled.\n');
    expect(said).not.toContain('━━ An hour later');
    nothingIsLeft();
  });

  test('runs a schedule until it is done', async () => {
    const { code, said } = await tryOut(['examples/rollout-on-schedule.yml']);
    expect(code).toBe(0);
    expect(under(said, 'Live after:')[0]).toMatch(/^ {2}hello production: 100 % \d{19} \(v3: /);
  });

  test.each([
    ['cancels at one Ctrl-C, and the stable is live', 1],
    ['ends at once at the second', 2],
  ])('%s', async (_, times) => {
    let left = times;
    const { said } = await tryOut(['examples/rollout.yml', '--speed', '1'], (text, child) => {
      const isBaking = /5 % bakes/.test(text);
      if ((isBaking && left === times) || (left > 0 && left < times && text.includes('━━ Cancelled'))) {
        left -= 1;
        child.kill('SIGINT');
      }
    });
    expect(left).toBe(0);
    if (times === 1) expect(under(said, 'Live after:')[0]).toMatch(/^ {2}hello production: 100 % \d{19} \(v1: /);
    nothingIsLeft();
  });

  test('ends in the middle of a bake when nobody reads on', async () => {
    await tryOut(['examples/rollout.yml', '--speed', '10'], (said, child) => {
      if (/5 % bakes/.test(said)) child.stdout?.destroy();
    });
    nothingIsLeft();
  });

  test('says what the workflow does not take', async () => {
    const { code, complained } = await tryOut(['examples/split.yml', '--input', 'colour=red']);
    expect(code).toBe(1);
    expect(complained).toBe(
      'workflow_dispatch has no input colour; it has routine, env, version, commit, weight, above-cap, dry-run\n',
    );
    nothingIsLeft();
  });
});

test('all mistakes in the options are told at once', async () => {
  const { code, complained } = await tryOut(['--speed', 'fast', '--input', 'x', '--nope']);
  expect(code).toBe(2);
  expect(complained.split('\n').slice(0, 4)).toEqual([
    'unknown option: --nope',
    'name one workflow, such as examples/rollout.yml',
    '--input is x: it is written as NAME=VALUE',
    '--speed is fast: it is a whole number from 1 to 9999',
  ]);
});

test('a machine without python3 is told so, and so is an ACT that is none', () => {
  const why = expect.stringMatching(/there is no python3/);
  expect(actBinary(temporary, { PATH: temporary })).toEqual({ kind: 'missing', why });
  const none = { kind: 'missing', why: 'ACT is /nowhere/act, and there is no such file.' };
  expect(actBinary(root, { ACT: '/nowhere/act' })).toEqual(none);
});
