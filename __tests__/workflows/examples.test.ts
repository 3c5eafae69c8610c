import { expect, test } from '@jest/globals';
import type { Ended, Engine, Run } from '../../scripts/engine/engine.js';
import { named } from '../../scripts/engine/needs.js';
import { stepsHanded } from '../../scripts/engine/story.js';
import {
  act,
  describeByAct,
  example,
  examples,
  live,
  onEngine,
  outcomes,
  results,
  textOf,
} from '../support/workflows/engine.js';
import { ROWS, type Row } from '../support/workflows/rows.js';

test('each example has its row, and each row its example', () => {
  expect(Object.keys(ROWS).toSorted()).toEqual(examples);
});

test('act is there, at least where all has to be run', () => {
  if (process.env['CI'] !== undefined) expect(act).toEqual({ kind: 'found', path: expect.any(String) });
});

/** A schedule is over when a step says so. */
const isDone = (ended: Ended) =>
  Object.keys(ended.handed).some((job) =>
    Object.values(stepsHanded(ended, job)).some(({ outputs }) => outputs['done'] === 'true'),
  );

async function runs(engine: Engine, name: string, { ticks, inputs = {}, ...row }: Row): Promise<Ended[]> {
  const inWords = Object.entries(inputs).map(([input, value]) => [input, named(value, engine.emulator.world)]);
  const run: Run = { ...row, workflow: example(name), inputs: Object.fromEntries(inWords) };
  const all: Ended[] = [];
  do {
    if (all.length > 0) engine.clock.advance(ticks?.every ?? 0);
    all.push(await engine.start(run).ended);
  } while (all.length < (ticks?.count ?? 1) && all.every((ended) => !isDone(ended)));
  return all;
}

describeByAct.each(Object.entries(ROWS))('%s', (name, row) => {
  test('ends as it has to', async () => {
    await onEngine(async (engine) => {
      const before = live(engine.emulator.world);
      const isWithoutKeys = textOf(example(name)).includes('role-to-assume');
      if (isWithoutKeys) engine.emulator.world.credentials.length = 0;
      const all = await runs(engine, name, row);
      const last = all.at(-1);
      expect(last).toBeDefined();
      if (last === undefined) return;
      expect(outcomes(last)).toEqual(row.outcomes);
      const succeeded = Object.fromEntries(Object.keys(last.handed).map((job) => [job, 'success']));
      expect(results(last)).toEqual({ ...succeeded, ...row.results });
      expect(live(engine.emulator.world)).toEqual({ ...before, ...row.live });
      const commands = all.flatMap((one) => one.commands.map((command) => [command.name, ...command.given].join(' ')));
      expect(commands).toEqual(row.commands ?? []);
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
