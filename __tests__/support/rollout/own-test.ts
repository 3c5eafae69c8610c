interface Test {
  readonly path: string;
}

interface Options {
  readonly globalConfig: { readonly findRelatedTests: boolean; readonly nonFlagArgs: readonly string[] };
}

/**
 * A sequencer for Jest under which a mutant is judged by the test of its own file, `__tests__/rollout/PATH.test.ts` for
 * `src/rollout/PATH.ts`: Stryker's runner never stops at the first failure, so each other file would be loaded for each
 * of thousands of mutants.
 */
export default function ownTest({ globalConfig: { findRelatedTests, nonFlagArgs } }: Options) {
  const own = nonFlagArgs.map((path) => path.replace('/build/src/', '/build/__tests__/').replace(/\.js$/, '.test.js'));
  return {
    sort: (tests: readonly Test[]) => (findRelatedTests ? tests.filter(({ path }) => own.includes(path)) : tests),
    allFailedTests: (tests: readonly Test[]) => tests,
    cacheResults: () => undefined,
  };
}
