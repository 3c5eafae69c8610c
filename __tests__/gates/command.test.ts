import { describe, expect, test } from '@jest/globals';
import { checkCommand } from '../../src/gates/command.js';

const CONTEXT = {
  routine: 'r',
  env: 'production',
  canary: '2',
  stable: '1',
  weight: 5,
  step: 1,
  since: 1_723_599_747_999,
};
const never = new AbortController().signal;

/** One check, and what the command printed. */
async function check(command: string, weight = 5, timeout = 20_000) {
  let shown = '';
  const show = (output: string) => {
    shown += output;
  };
  const gate = { command, folder: '/', environment: process.env, timeout, show };
  const measurement = await checkCommand(gate, { ...CONTEXT, weight }, never);
  return { measurement, shown };
}

const BOTH = '{"canary":{"good":812,"bad":3},"stable":{"good":15383,"bad":40}}';
const COUNTED = {
  source: 'gate-command',
  canary: { good: 812, bad: 3 },
  stable: { good: 15_383, bad: 40 },
  since: 'check',
  unknown: 0,
  failures: [],
};

describe('counts of a command', () => {
  test.each([
    ['whatever it printed before', `echo hello; echo '{'; echo '${BOTH}'`],
    ['after any number of blank lines', `echo '${BOTH}'; echo; echo '  '`],
    ['without a line end', `printf %s '${BOTH}'`],
    ['with those of another system', `printf '%s\\r\\n' '${BOTH}'`],
    ['whatever it says on stderr', `echo '${BOTH}'; echo '{broken' >&2`],
    ['whatever the exit code is', `echo '${BOTH}'; exit 3`],
    ['and also where that cannot tell', `echo '${BOTH}'; exit 75`],
    ['after more than the log shows', `yes line | head -n 200000; echo '${BOTH}'`],
    ['behind blanks', `echo '  ${BOTH}'`],
    ['behind a byte order mark', `printf '\\357\\273\\277%s' '${BOTH}'`],
    ['behind a line of any length', `head -c 300000 /dev/zero | tr '\\0' x; echo; echo '${BOTH}'`],
  ])('count: %s', async (_name, command) => {
    expect((await check(command)).measurement).toMatchObject(COUNTED);
  });

  test('are read whole, however much comes at the end, and whatever goes on in the background', async () => {
    const last = `head -c 60000 /dev/zero | tr '\\0' x; echo; echo '${BOTH}'`;
    for (const command of [`yes line | head -n 30000; ${last}`, `yes line | head -n 3000000 >&2 & ${last}`]) {
      const checks = await Promise.all(Array.from({ length: 20 }, () => check(command)));
      for (const { measurement } of checks) expect(measurement).toMatchObject(COUNTED);
    }
  });

  test('of the whole step say so', async () => {
    const { measurement } = await check(`echo '{"canary":{"good":1,"bad":0},"since":"step"}'`);
    expect(measurement).toMatchObject({ canary: { good: 1, bad: 0 }, stable: undefined, since: 'step' });
  });

  test('of the stable are no control at 100 %, where it answers nothing', async () => {
    const { measurement } = await check(`echo '${BOTH}'`, 100);
    expect(measurement).toMatchObject({ ...COUNTED, stable: undefined });
  });

  test.each([
    ['{"stable":{"good":1,"bad":0}}', 'exit 0', '`canary` is missing'],
    ['{"canary":{"good":1,"bad":-1}}', 'exit 0', '`canary.bad` has to be'],
    ['{"canary":{"good":0.5,"bad":0}}', 'exit 0', '`canary.good` has to be'],
    ['{"canary":', 'exit 0', 'is not JSON'],
    ['{"canary":', 'exit 1', 'is not JSON'],
    ['{"canary":', 'exit 75', 'is not JSON'],
  ])('that are wrong measure nothing: %s, %s', async (line, exit, mistake) => {
    const { measurement, shown } = await check(`echo '${line}'; ${exit}`);
    expect(measurement).toMatchObject({ canary: { good: 0, bad: 0 }, stable: undefined, unknown: 1 });
    expect(measurement.since).toBeUndefined();
    expect(measurement.failures).toEqual([
      { target: 'gate-command', seen: expect.stringContaining(mistake), took: expect.any(Number), version: undefined },
    ]);
    expect(measurement.failures[0]?.seen).toMatch(/^wrong counts: /);
    expect(shown).toContain(line);
  });

  test.each(['exit 0', 'exit 1', 'exit 75'])('over several lines measure nothing: %s', async (exit) => {
    const pretty = JSON.stringify(JSON.parse(BOTH), null, 2);
    const { measurement } = await check(`yes line | head -n 200000; echo '${pretty}'; ${exit}`);
    expect(measurement).toMatchObject({ canary: { good: 0, bad: 0 }, unknown: 1 });
    expect(measurement.failures).toEqual([
      expect.objectContaining({ seen: expect.stringContaining('they have to be on one line, as `jq -c` writes them') }),
    ]);
  });

  test('are none where it did not end in time', async () => {
    const { measurement } = await check(`echo '${BOTH}'; sleep 60`, 5, 300);
    expect(measurement).toMatchObject({
      canary: { good: 0, bad: 0 },
      unknown: 1,
      failures: [{ seen: 'no exit within 0.3 s' }],
    });
  });
});

describe('without counts the exit code is the one answer', () => {
  test.each([
    ["echo '[1]'", { good: 1, bad: 0 }, 0, []],
    [`echo '${BOTH}'; echo done`, { good: 1, bad: 0 }, 0, []],
    [`echo '${BOTH}' >&2`, { good: 1, bad: 0 }, 0, []],
    ['exit 3', { good: 0, bad: 1 }, 0, [{ seen: 'exit 3' }]],
    ['exit 75', { good: 0, bad: 0 }, 1, [{ seen: 'exit 75' }]],
    ['kill -9 $$', { good: 0, bad: 1 }, 0, [{ seen: 'killed by SIGKILL' }]],
  ])('%s', async (command, canary, unknown, failures) => {
    const { measurement } = await check(command);
    expect(measurement).toMatchObject({ canary, stable: undefined, unknown, failures });
    expect(measurement.since).toBeUndefined();
  });
});

test('the command is told since when the step is live, in whole seconds', async () => {
  const { shown } = await check('echo "$CANARY_WEIGHT $CANARY_SINCE"');
  expect(shown).toBe('5 1723599747\n');
});
