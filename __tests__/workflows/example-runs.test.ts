import { expect, test } from '@jest/globals';
import type { Engine } from '../../scripts/engine/engine.js';
import { PREPARATIONS, preparationOf, prepare, runs } from '../../scripts/engine/examples.js';
import {
  act,
  describeByAct,
  example,
  examples,
  live,
  onEngine,
  outcomes,
  results,
  states,
  textOf,
} from '../support/workflows/engine.js';
import { ROWS } from '../support/workflows/rows.js';

test('each example has its row, and each row its example', () => {
  expect(Object.keys(ROWS).toSorted()).toEqual(examples);
  expect(examples).toEqual(expect.arrayContaining(Object.keys(PREPARATIONS)));
});

test('act is there, at least where all has to be run', () => {
  if (process.env['CI'] !== undefined) expect(act).toEqual({ kind: 'found', path: expect.any(String) });
});

describeByAct.each(Object.entries(ROWS))('%s', (name, row) => {
  test('ends as it has to', async () => {
    await onEngine(async (engine) => {
      const isWithoutKeys = textOf(example(name)).includes('role-to-assume');
      if (isWithoutKeys) engine.emulator.world.credentials.length = 0;
      await prepare(engine, example(name));
      const before = live(engine.emulator.world);
      const begin = () => engine.start({ ...row, workflow: example(name) }).ended;
      const all = await runs(engine, preparationOf(name).times ?? 1, begin);
      const last = all.at(-1);
      expect(last).toBeDefined();
      if (last === undefined) return;
      expect(outcomes(last)).toEqual(row.outcomes);
      const succeeded = Object.fromEntries(Object.keys(last.handed).map((job) => [job, 'success']));
      expect(results(last)).toEqual({ ...succeeded, ...row.results });
      expect(live(engine.emulator.world)).toEqual({ ...before, ...row.live });
      expect(states(engine)).toEqual(row.records ?? []);
      const commands = all.flatMap((one) => one.commands.map((command) => [command.name, ...command.given].join(' ')));
      const wanted = row.commands ?? [];
      expect(commands).toEqual(wanted.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
      expect(all.map(({ exitCode }) => exitCode)).toEqual(all.map(() => 0));
      if (isWithoutKeys) assumedByTheToken(engine);
    });
  });
});

/** Every request but the one for a session was signed by a session, each of which a token of the job's was given for. */
function assumedByTheToken({ emulator: { requests }, tokens }: Engine): void {
  const [assumed, signed] = [true, false].map((is) =>
    requests.filter(({ action }) => (action === 'AssumeRoleWithOIDC') === is),
  );
  expect(assumed?.map(({ parameters }) => parameters['OIDCToken']).toSorted()).toEqual(tokens.issued.toSorted());
  expect(signed?.filter(({ accessKeyId }) => !accessKeyId.startsWith('STS.'))).toEqual([]);
  expect(Math.min(tokens.issued.length, signed?.length ?? 0)).toBeGreaterThan(0);
}
