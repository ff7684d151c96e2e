import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Waits end by their condition: a loaded machine is slow, not wrong.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    maxWorkers: 2,
    pool: 'forks',
  },
})
