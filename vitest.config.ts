import { defineConfig } from "vitest/config";
import { moveScratchToMemory } from "./lib/bin/test/scratch-folder.mjs";

// What the shell says of PostgreSQL (PGSSLMODE, PGOPTIONS, …) is not about the tests' own servers.
for (const name of Object.keys(process.env)) if (/^PG[A-Z]+$/.test(name)) delete process.env[name];

moveScratchToMemory();

const folders = (name: string) => [`lib/**/${name}`, `app/**/${name}`, `components/**/${name}`, `e2e/bench/${name}`];

/** `unit` needs nothing; `db` starts a Postgres of its own, which every test file clones. */
export default defineConfig({
  test: {
    pool: "forks",
    // More than the two cores of a small machine: tests wait for others' clocks a third of their time.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: folders("*.test.{ts,tsx}"), exclude: folders("*.db.test.ts") },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: folders("*.db.test.ts"),
          globalSetup: ["lib/testing/start-test-server.ts"],
        },
      },
    ],
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
