// Jest runs what tsc wrote: the sources are ECMAScript modules, and TypeScript 7 has no compiler API for a transform.
export default {
  roots: ['<rootDir>/build/__tests__'],
  testMatch: ['**/*.test.js'],
  transform: {},
  testTimeout: 60_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['build/src/**/*.js', 'build/emulator/**/*.js'],
};
