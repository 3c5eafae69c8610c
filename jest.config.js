// Jest runs what tsc wrote: the sources are ECMAScript modules, and TypeScript 7 has no compiler API for a transform.
export default {
  roots: ['<rootDir>/build/__tests__'],
  testMatch: ['**/*.test.js'],
  transform: {},
  // What the emulator and the contract check do is tested as it stands here; ESA_FACTS is for all that goes by it.
  testPathIgnorePatterns: process.env.ESA_FACTS
    ? ['/__tests__/(?:emulator|contract)/', '/deviations\\.test\\.js$']
    : [],
  ...(process.env.ESA_FACTS && { globalSetup: '<rootDir>/build/__tests__/support/emulator/facts-notice.js' }),
  testTimeout: 60_000,
  // Most of the time is spent waiting for a process of the bundle, or by it, so a machine of two cores bears three.
  maxWorkers: 3,
  coverageProvider: 'v8',
  collectCoverageFrom: ['build/src/**/*.js', 'build/emulator/**/*.js'],
};
