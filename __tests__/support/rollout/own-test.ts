interface Test {
  readonly path: string;
}

/**
 * A sequencer for Jest under which a mutant is judged by the test of its own file, `__tests__/rollout/PATH.test.ts` for
 * `src/rollout/PATH.ts`: Stryker's runner never stops at the first failure, so each other file would be loaded for each
 * of thousands of mutants. Where no file is named, as in the first run, all tests are run.
 */
export default function ownTest({ globalConfig }: { globalConfig: { nonFlagArgs: readonly string[] } }) {
  const own = globalConfig.nonFlagArgs.map((path) =>
    path.replace('/build/src/', '/build/__tests__/').replace(/\.js$/, '.test.js'),
  );
  return {
    sort: (tests: readonly Test[]) => (own.length === 0 ? tests : tests.filter(({ path }) => own.includes(path))),
    allFailedTests: (tests: readonly Test[]) => tests,
    cacheResults: () => undefined,
  };
}
