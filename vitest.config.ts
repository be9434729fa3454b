import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores: a worker per core. A process lives through many files, which keep nothing between them: importing the
    // SDK's clients anew for each of 240 files takes more than most of them do.
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/support/temporary-files.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
