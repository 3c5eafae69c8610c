import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isRunning } from '../support/action/rollout-stage.js';
import { onStage } from '../support/action/stage.js';

describe('gate-command', () => {
  const gated = (versions: readonly string[], command: string, more = {}) => ({
    canary: versions[1] ?? '',
    steps: '50% for 200ms, 100%',
    'gate-command': command,
    'gate-interval': '100ms',
    ...more,
  });

  test('is told where it is by its environment alone, and never a key', async () => {
    await onStage(async ({ versions, run }) => {
      const told =
        'echo "$CANARY_ROUTINE/$CANARY_ENV/$CANARY_VERSION/$CANARY_STABLE/$CANARY_WEIGHT/$CANARY_STEP"; env | grep -cE "^(INPUT|STATE|ACTIONS)_"';
      const planted = {
        STATE_planted: 'x',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a-token-of-the-job',
        ACTIONS_PLANTED: 'x',
      };
      const result = await run(gated(versions, `${told} || true`), planted);
      expect(result.log).toContain(`hello/production/${versions[1]}/${versions[0]}/50/1`);
      expect(result.log).toMatch(/^0$/m);
      expect(result.outputs['outcome']).toBe('promoted');
    });
  });

  test('cannot speak for the action: it gets none of the files by which the runner is told', async () => {
    await onStage(async ({ versions, run }) => {
      const folder = mkdtempSync(join(tmpdir(), 'command-'));
      const files = Object.fromEntries(
        ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_OF_TOMORROW'].map((name) => {
          const path = join(folder, `_runner_file_commands_${name}`);
          writeFileSync(path, '');
          return [name, path];
        }),
      );
      const names = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY', 'OF_TOMORROW'].map((name) => `GITHUB_${name}`);
      const forge = names.map((name) => `[ -z "$${name}" ] || echo "stable=forged" >> "$${name}"`).join('; ');
      const result = await run(gated(versions, `${forge}; env | grep -c _runner_file_commands; true`), files);
      expect(result.outputs['outcome']).toBe('promoted');
      expect(
        result.files +
          result.summary +
          Object.values(files)
            .map((path) => readFileSync(path, 'utf8'))
            .join(''),
      ).not.toContain('forged');
      expect(result.state['stable']).toBe(versions[0]);
      rmSync(folder, { recursive: true });
    });
  });

  test('starts no workflow command on either stream, and fills no log', async () => {
    await onStage(async ({ versions, run }) => {
      const forge = [
        '::error::x',
        '  ::error::x',
        '##[error]x',
        'a\\r::error::x',
        '\\302\\205::error::x',
        '\\342\\200\\250::error::x',
      ];
      const lines = forge.map((line) => `printf '${line}\\n'`).join('; ');
      const result = await run(gated(versions, `(${lines}); (${lines}) >&2; yes x | head -n 20000`));
      expect(result.outputs['outcome']).toBe('promoted');
      expect(
        result.log
          .split(/[\n\r\u0085\u2028]/)
          .filter((line) => /^\s*::(?!add-mask|group::gate-command|endgroup::)/u.test(line)),
      ).toEqual([]);
      expect(result.log).not.toContain('##[error');
      expect(result.log).toMatch(/^\([0-9]+ more lines\)$/m);
      expect(result.log.length).toBeLessThan(100_000);
    });
  });

  test.each([
    ['exit 0', 'promoted'],
    ['exit 3', 'rolled-back'],
    ['exit 75', 'rolled-back'],
    ['exit 75 # held', 'held'],
    ['kill -9 $$', 'rolled-back'],
    ['no-such-command-anywhere', 'rolled-back'],
  ])('%s: %s', async (command, outcome) => {
    await onStage(async ({ versions, run }) => {
      const result = await run(gated(versions, command, outcome === 'held' ? { 'on-inconclusive': 'hold' } : {}));
      expect(result.outputs['outcome']).toBe(outcome);
    });
  });

  test('is ended with everything it started when the workflow is cancelled', async () => {
    await onStage(async ({ versions, run }) => {
      let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
      const folder = mkdtempSync(join(tmpdir(), 'command-'));
      const pidFile = join(folder, 'pid');
      const watcher = setInterval(() => {
        if (existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim() !== '') child?.kill('SIGINT');
      }, 10);
      const command = `sleep 600 & echo $! > ${pidFile}; wait`;
      const result = await run(gated(versions, command, { steps: '50% for 1m, 100%' }), {}, undefined, {
        onStart: (started) => {
          child = started;
        },
      });
      clearInterval(watcher);
      const pid = Number(readFileSync(pidFile, 'utf8'));
      rmSync(folder, { recursive: true });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(isRunning(pid)).toBe(false);
    });
  });

  test('what it prints is shown and starts no workflow command', async () => {
    await onStage(async ({ versions, run }) => {
      const result = await run(gated(versions, 'echo "::error::forged"; echo fine'));
      expect(result.log).toContain("'::error::forged");
      expect(result.log).not.toMatch(/^::error/m);
    });
  });
});
