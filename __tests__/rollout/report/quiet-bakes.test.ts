import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Event, Live, Measurement } from '../../../src/rollout/model.js';
import { openFullLogWriter, openLogWriter } from '../../../src/rollout/report/log-writer.js';
import {
  accepted,
  at,
  called,
  cancelled,
  measured,
  measurement,
  NOTHING,
  read,
  serving,
  TRANSIENT,
  unread,
  waited,
} from '../../support/rollout/builders.js';

const MINE = serving(7, at(5));
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const look = (when: number, live: Live = MINE): Event[] => [
  called(when),
  { at: when, kind: 'read', live, baking: true },
];
const blind = (when: number): Event[] => [
  called(when, { result: 'InternalError' }),
  { ...unread(when, TRANSIENT), baking: true } as Event,
];
const bake = (when: number, why = 'it takes time'): Event => ({ ...waited(when, MINUTE, 'bake'), why }) as Event;
const good = (more: Partial<Measurement> = {}) => measurement(9, 0, { stable: { good: 40, bad: 1 }, ...more });
const bad = (more: Partial<Measurement> = {}) =>
  measurement(8, 1, { failures: [{ target: '/', seen: 'HTTP 500', took: 1, version: undefined }], ...more });
const check = (when: number, what = good()): Event => measured(when, 5, what);
const logs = (more: Partial<Measurement> = {}) => measurement(90, 1, { source: 'gate-logs', since: 'step', ...more });
const asked = (when: number, requestId: string): Event => called(when, { operation: 'GetLogs', requestId });

function linesOf(events: readonly Event[]): { lines: string[]; kept: number } {
  const writer = openLogWriter();
  const told = events.map((event) => writer.write(event));
  return {
    lines: [...told.flatMap(({ lines }) => lines), ...writer.end(9_999_999)],
    kept: told.flatMap(({ event }) => event ?? []).length,
  };
}

const START = [called(1), read(1, MINE), bake(2)];

describe('a look in the midst of a bake', () => {
  test('that shows what was live is not told, and is an event all the same', () => {
    const events = [...START, ...look(3), bake(4), ...look(5), bake(2 + MINUTE)];
    const { lines, kept } = linesOf(events);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['GetRoutine:', 'Live', 'it', 'it']);
    expect(kept).toBe(events.length);
  });

  test.each<[string, Live]>([
    ['another deployment', serving(8, at(5))],
    ['another split', serving(7, at(50))],
    ['nothing', NOTHING],
  ])('that shows %s is told with its call, once', (_name, live) => {
    const { lines } = linesOf([...START, ...look(3, live), bake(4), ...look(5, live)]);
    expect(lines.slice(3).map((line) => line.split(':')[0])).toEqual(['GetRoutine', 'Live now']);
  });

  test('that fails is told once, and when it is well again', () => {
    const { lines } = linesOf([...START, ...blind(3), bake(4), ...blind(5), bake(6), ...look(7), bake(8), ...blind(9)]);
    expect(lines.slice(3)).toEqual([
      'GetRoutine: InternalError in 0.01 s',
      'GetRoutine failed: InternalError: No! The bake goes on, and it is read again',
      'GetRoutine: OK in 0.01 s',
      'Live now: 2=5,1=95 (deployment 7)',
      'GetRoutine: InternalError in 0.01 s',
      'GetRoutine failed: InternalError: No! The bake goes on, and it is read again',
    ]);
  });

  test('after a check is as quiet; one by which something is decided is not', () => {
    expect(linesOf([...START, check(3), ...look(4)]).lines).toHaveLength(4);
    expect(linesOf([...START, check(3), called(4), read(4, MINE)]).lines).toHaveLength(6);
  });

  test('that never came back is told at the end', () => {
    expect(linesOf([...START, called(3)]).lines.at(-1)).toContain('GetRoutine');
  });
});

describe('a check', () => {
  const linesAfter = (events: readonly Event[]) => linesOf([...START, ...events]).lines.slice(3);

  test('has its line where it is the first, and is summed up where it is as the one before', () => {
    const pauses = (when: number, left = '9m59s') => bake(when, `5 % bakes for ${left} more`);
    expect(
      linesOf([
        called(1),
        read(1, MINE),
        pauses(2),
        check(3),
        pauses(4),
        check(5),
        pauses(6),
        check(7),
        pauses(2 + MINUTE, '9m'),
        check(3 + MINUTE),
      ]).lines.slice(3),
    ).toEqual([
      'Checked at 5 %: 0 of 9 answers of the canary failed, 1 of 41 of the stable',
      '5 % bakes for 9m more; 2 checks: 0 of 18 answers of the canary failed, 2 of 82 of the stable',
      '1 check at 5 %: 0 of 9 answers of the canary failed, 1 of 41 of the stable',
    ]);
  });

  test.each<[string, Measurement]>([
    ['the canary fails', bad()],
    ['the canary does not answer', measurement(0)],
    ['something cannot be measured', good({ unknown: 1 })],
    ['a connection is cut', good({ cut: 1 })],
  ])('has one where %s, at once and after those before it', (_name, other) => {
    const lines = linesAfter([check(3), check(4), check(5, other), check(6, other), check(7)]);
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'Checked at 5 %',
      '1 check at 5 %',
      'Checked at 5 %',
      '1 check at 5 %',
      'Checked at 5 %',
    ]);
  });

  test('has one where the canary fails otherwise', () => {
    const otherwise = bad({ failures: [{ target: '/', seen: 'HTTP 503', took: 1, version: undefined }] });
    expect(linesAfter([check(3, bad()), check(4, otherwise)]).at(-1)).toContain('HTTP 503');
  });

  test('at the next step is the first again', () => {
    const up = accepted(4, at(25), '8');
    expect(linesAfter([check(3), up, measured(5, 25, good())]).at(-1)).toMatch(/^Checked at 25 %/);
  });

  test('of two sources is the first of each, and both are in the sum', () => {
    const lines = linesAfter([check(3), check(3, logs()), check(4), check(4, logs({ canary: { good: 190, bad: 3 } }))]);
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toBe(
      '1 check at 5 %: `gate-url` 0 of 9 answers of the canary failed, 1 of 41 of the stable; ' +
        '`gate-logs` 3 of 193 answers of the canary failed; counted by `gate-logs` since the step began',
    );
  });

  test('by counts of the whole step is not added to those before it', () => {
    const counts = [100, 200, 300].map((all, index) => check(4 + index, logs({ canary: { good: all, bad: 1 } })));
    expect(linesAfter([check(3, logs()), ...counts]).at(-1)).toMatch(/^3 checks at 5 %: 1 of 301 answers/);
  });

  test('by logs has its requests before it, or is summed up with them', () => {
    const lines = linesAfter([
      asked(3, 'A'),
      check(3, logs()),
      asked(4, 'B'),
      check(4, logs()),
      asked(5, 'C'),
      check(5, bad({ source: 'gate-logs', cut: 1 })),
    ]);
    expect(lines.join('\n')).toMatch(/RequestId A\nChecked.*\n1 check.*\n.*RequestId C\nChecked/);
    expect(lines.join('\n')).not.toContain('RequestId B');
  });

  test('that was cut short leaves what it had asked', () => {
    expect(linesAfter([check(3, logs()), asked(4, 'B'), cancelled(5)]).join('\n')).toMatch(/RequestId B\nCancelled/);
  });
});

describe('a pause of a bake', () => {
  test('that says something else has its line at once, and again once it is as before', () => {
    const down = (when: number, count: number) => bake(when, `5 % bakes on: ${count} of its latest 56 answers failed`);
    const left = (when: number) => bake(when, `5 % bakes for ${9 - when}s more`);
    const events = [left(1), check(2), left(3), check(4), down(5, 36), down(6, 40), left(7), left(8)];
    expect(linesOf(events).lines).toEqual([
      '5 % bakes for 8s more',
      expect.stringMatching(/^Checked at 5 %/),
      expect.stringMatching(/^5 % bakes on: 36 of its latest 56 answers failed; 1 check: /),
      '5 % bakes for 2s more',
    ]);
  });

  test('is told of at once where a step begins', () => {
    const up = accepted(4, at(25), '8');
    expect(linesOf([...START, up, bake(5), bake(6)]).lines.slice(4)).toEqual(['it takes time']);
  });
});

describe('what the command of a check printed', () => {
  const ran = (failed = 0) => measurement(1 - failed, failed, { source: 'gate-command' });
  function told(open: typeof openLogWriter): string[] {
    const writer = open();
    return [0, 0, 1].flatMap((failed, index) => {
      writer.output([`printed ${index}`]);
      return [...writer.write(check(index, ran(failed))).lines];
    });
  }

  test('is told after its line, where it has one', () => {
    expect(told(openLogWriter)).toEqual([
      'Checked at 5 %: 0 of 1 check by `gate-command` failed',
      'printed 0',
      '1 check at 5 %: 0 of 1 check by `gate-command` failed',
      'Checked at 5 %: 1 of 1 check by `gate-command` failed',
      'printed 2',
    ]);
  });

  test('is told each time in a debug log', () => {
    expect(told(openFullLogWriter).filter((line) => line.startsWith('printed'))).toHaveLength(3);
  });
});

describe('two hours', () => {
  const each = (what: (index: number) => Measurement) =>
    Array.from({ length: 480 }, (_, index): Event[] => {
      const when = index * 15 * SECOND;
      const minutely = index % 4 === 3 ? look(when + 3) : [];
      return [bake(when), asked(when + 1, `R${index}`), check(when + 2, what(index)), ...minutely];
    }).flat();

  test('of healthy checks each 15 s stay under 100 lines, and no pause of the log is longer than five minutes', () => {
    const writer = openLogWriter();
    const spoken = each(() => good()).flatMap((event) => writer.write(event).lines.map(() => event.at));
    expect(spoken.length).toBeLessThan(100);
    expect(spoken.length).toBeGreaterThan(60);
    expect(Math.max(...spoken.slice(1).map((when, index) => when - (spoken[index] ?? 0)))).toBeLessThan(5 * MINUTE);
  });

  test('of whatever a gate may see stay under 200 lines, and the first of each kind is told at once', () => {
    const any = fc.constantFrom(good(), bad(), measurement(0), good({ unknown: 2 }), good({ cut: 1 }), logs());
    fc.assert(
      fc.property(fc.array(any, { minLength: 480, maxLength: 480 }), (seen) => {
        const { lines, kept } = linesOf(each((index) => seen[index] as Measurement));
        expect(lines.length).toBeLessThan(200);
        expect(kept).toBeGreaterThan(960);
      }),
      { numRuns: 50 },
    );
  });

  test('lose no check: each is in one line', () => {
    const any = fc.constantFrom(good(), bad(), measurement(0), good({ unknown: 2 }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 200 }), (seen) => {
        const { lines } = linesOf(
          seen.flatMap((what, index) => [bake(index * 15 * SECOND), check(index * 15 * SECOND, what)]),
        );
        const counted = lines.map((line) =>
          line.startsWith('Checked') ? 1 : Number(/(?:^|; )(\d+) checks?(?: at 5 %)?: /.exec(line)?.[1] ?? 0),
        );
        expect(counted.reduce((sum, one) => sum + one, 0)).toBe(seen.length);
      }),
      { numRuns: 200 },
    );
  });

  test('each check has its line in a debug log', () => {
    const writer = openFullLogWriter();
    const lines = each(() => good()).flatMap((event) => writer.write(event).lines);
    expect(lines.filter((line) => line.startsWith('Checked at'))).toHaveLength(480);
    expect(lines.filter((line) => line.startsWith('GetLogs'))).toHaveLength(480);
  });

  test('and ten of them are told of still', () => {
    const hours = Array.from({ length: 600 }, (_, minute) => bake(minute * MINUTE));
    const spoken = linesOf(hours).lines.length;
    expect(spoken).toBeGreaterThan((10 * HOUR) / (30 * MINUTE));
    expect(spoken).toBeLessThan(130);
  });
});
