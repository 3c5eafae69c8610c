import fc from 'fast-check';

/** A mutant is judged by tests that come out the same each time, and are run for each of thousands. */
fc.configureGlobal({ numRuns: 10, seed: 1, endOnFailure: true });
