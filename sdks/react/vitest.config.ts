import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // No test waits for a time, so these only end what hangs; machines that have much else to do are slow.
    testTimeout: 240_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'threads',
    poolOptions: { threads: { maxThreads: 2 } },
  },
});
