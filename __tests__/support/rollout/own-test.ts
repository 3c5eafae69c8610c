interface Test {
  readonly path: string;
}

interface Options {
  readonly globalConfig: { readonly findRelatedTests: boolean; readonly nonFlagArgs: readonly string[] };
}

/**
 * A sequencer for Jest under which a mutant is judged by the tests of its own file: for `src/rollout/PATH.ts` these are
 * `__tests__/rollout/PATH.test.ts` and, where that would be long, `PATH.PART.test.ts`. Stryker's runner never stops at the
 * first failure, so each other file would be loaded for each of thousands of mutants.
 */
export default function ownTest({ globalConfig: { findRelatedTests, nonFlagArgs } }: Options) {
  const stems = nonFlagArgs.map((path) => path.replace('/build/src/', '/build/__tests__/').replace(/\.js$/, '.'));
  const isOwn = ({ path }: Test) => stems.some((stem) => path.startsWith(stem));
  return {
    sort: (tests: readonly Test[]) => (findRelatedTests ? tests.filter(isOwn) : tests),
    allFailedTests: (tests: readonly Test[]) => tests,
    cacheResults: () => undefined,
  };
}
