import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["lib/**/*.test.ts", "app/**/*.test.ts", "components/**/*.test.{ts,tsx}"],
    globalSetup: ["lib/testing/start-test-server.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["lib/payment/**/*.ts", "lib/gateways/**/*.ts"],
      exclude: ["**/*.test.ts", "**/index.ts", "**/testing/**", "lib/gateways/memory*.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: {
        "lib/payment/**": { branches: 95 },
        "lib/gateways/**": { branches: 95 },
      },
    },
  },
});
