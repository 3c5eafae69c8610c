import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { folded } from '../support/action/folded.js';
import { isRunning } from '../support/action/rollout-stage.js';
import { onStage } from '../support/action/stage.js';
import { gateCommand, lacksTools } from '../support/documents.js';
import { answering } from '../support/network/listening.js';

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
      expect(result.log).toMatch(/^ {2}\| 0$/m);
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
        '::endgroup::',
        '::group::x',
        '##[endgroup]',
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
          .filter((line) =>
            /^\s*::(?!add-mask|debug::Otherwise|group::(?:Before|Rolling out|Step) |endgroup::)/u.test(line),
          ),
      ).toEqual([]);
      expect(folded(result.log).isWhole).toBe(true);
      expect(result.log).not.toMatch(/##\[(?:error|endgroup)/);
      expect(result.log).toMatch(/^ {2}\| \([0-9]+ more lines\)$/m);
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

  test('a bake that has but one check takes another where it failed, and does not end for lack of it', async () => {
    await onStage(async ({ versions, run }) => {
      const inputs = { steps: '50% for 20ms, 100%', 'gate-interval': '1h', 'on-inconclusive': 'hold' };
      const result = await run(gated(versions, 'exit 3', inputs));
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toContain('The gate failed: 2 of 2 checks by `gate-command` failed');
    });
  });

  describe('gives counts', () => {
    const both = (canary: string, stable: string, more = '') =>
      `echo counting; echo '{"canary":${canary},"stable":${stable}${more}}'`;

    test('of both, which are judged side by side and shown so', async () => {
      await onStage(async ({ versions, run }) => {
        const command = both('{"good":0,"bad":3}', '{"good":56,"bad":0}');
        const result = await run(gated(versions, command, { steps: '50% for 1m, 100%' }));
        expect(result.outputs['outcome']).toBe('rolled-back');
        expect(result.outputs['reason']).toContain('3 of 3 answers of the canary failed, and 0 of 56 of the stable');
        expect(result.log).toContain('Checked at 50 %: 3 of 3 answers of the canary failed, 0 of 56 of the stable');
        expect(result.summary).toMatch(/\| 3 of 3 \| 0 of 56 \|/);
      });
    });

    test('that are good, whatever the exit code is', async () => {
      await onStage(async ({ versions, run }) => {
        const result = await run(gated(versions, `${both('{"good":9,"bad":0}', '{"good":9,"bad":0}')}; exit 3`));
        expect(result.outputs['outcome']).toBe('promoted');
      });
    });

    test('of the whole step so far, which are not added up', async () => {
      await onStage(async ({ versions, run }) => {
        // One failure of one answer is not enough at 99 %, however often it is told.
        const command = both('{"good":0,"bad":1}', '{"good":56,"bad":0}', ',"since":"step"');
        const result = await run(gated(versions, command, { steps: '50% for 1s, 100%' }));
        expect(result.outputs['outcome']).toBe('rolled-back');
        expect(result.outputs['reason']).toContain('could not measure the canary');
        expect(result.summary).toMatch(/\| 1 of 1 \| 0 of 56 \|/);
      });
    });

    test.each([
      ['{"stable":{"good":9,"bad":0}}', '`canary` is missing'],
      ['{"canary":{"good":9,"bad":-1}}', '`canary.bad` has to be a whole number'],
      ['{"canary":{"good":9.5,"bad":0}}', '`canary.good` has to be a whole number'],
      ['{"canary":', 'is not JSON'],
    ])('that are wrong: %s is never healthy, and the reason says so', async (line, mistake) => {
      await onStage(async ({ versions, run }) => {
        const result = await run(gated(versions, `echo '${line}'`, { 'on-inconclusive': 'hold' }));
        expect(result.outputs['outcome']).toBe('held');
        expect(result.outputs['reason']).toMatch(/checks? by `gate-command` could (?:not )?measure it: wrong counts: /);
        expect(result.outputs['reason']).toContain(mistake);
      });
    });

    (lacksTools ? test.skip : test)('by the example for Prometheus in docs/gates.md, with curl and jq', async () => {
      const windows: number[] = [];
      await using prometheus = await answering((request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        request.once('end', () => {
          const [, seconds = '0'] = /\[(\d+)s\]/.exec(new URLSearchParams(body).get('query') ?? '') ?? [];
          windows.push(Number(seconds));
          // Prometheus takes no range of nothing.
          if (seconds === '0') return response.writeHead(400).end('{"status":"error"}');
          const series = (version: string, status: string, value: string) => ({
            metric: { version, status },
            value: [1_723_599_747, value],
          });
          const result = [series('abc', '502', '2.97'), series('old', '200', '56.2')];
          return response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
        });
      });
      await onStage(async ({ versions, run }) => {
        const inputs = { steps: '50% for 1m, 100%', 'gate-interval': '1100ms' };
        const env = { PROMETHEUS: prometheus.url, GITHUB_SHA: 'abc', no_proxy: '*' };
        const result = await run(gated(versions, gateCommand('curl'), inputs), env);
        expect(result.outputs['outcome']).toBe('rolled-back');
        expect(result.outputs['reason']).toContain('3 of 3 answers of the canary failed, and 0 of 56 of the stable');
        expect(windows).toEqual([expect.any(Number)]);
        expect([1, 2, 3]).toContain(windows[0]);
      });
    });

    test('and what is secret in them is in no place', async () => {
      await onStage(async ({ emulator, versions, run }) => {
        const secret = emulator.world.credentials[0]?.accessKeySecret ?? '';
        const result = await run(gated(versions, `echo '{"${secret}":1}'`));
        expect(result.outputs['outcome']).toBe('rolled-back');
        const places = result.log.replaceAll(/^::add-mask::.*$/gm, '') + result.summary + result.files;
        expect(places).toContain('is not known');
        expect(places).not.toContain(secret);
      });
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
      expect(result.log).toContain('  | ::error::forged\n  | fine\n');
      expect(result.log).not.toMatch(/^\s*::error/m);
    });
  });
});
