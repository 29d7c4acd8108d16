import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/shared_server.ts',
    testTimeout: 20_000,
    pool: 'threads',
    poolOptions: { threads: { maxThreads: 2 } },
  },
});
