import base from './jest.config.js';

// The tests by which `npm run mutate` judges the core: those that name what they cover. A random walk covers nearly
// every line, so it would be run again for nearly every mutant.
export default {
  ...base,
  roots: ['<rootDir>/build/__tests__/rollout', '<rootDir>/build/__tests__/support/rollout'],
  testPathIgnorePatterns: ['walks\\.test\\.js$'],
  setupFilesAfterEnv: ['<rootDir>/build/__tests__/support/rollout/few-runs.js'],
  // Jest asks for it anew in each of thousands of runs, which takes as long as the run.
  watchman: false,
  testSequencer: '<rootDir>/build/__tests__/support/rollout/own-test.js',
};
