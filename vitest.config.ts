import { defineConfig } from 'vitest/config';

const project = (name: string, timeoutSeconds: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
    setupFiles: ['test/support/environment.ts'],
  },
});

/** `npx vitest run --project unit` runs one of them; `npm test` runs all. */
export default defineConfig({
  test: {
    projects: [
      project('unit', 10),
      project('contract', 60),
      project('infra', 120),
      project('simulation', 60),
      project('e2e', 240),
    ],
  },
});
