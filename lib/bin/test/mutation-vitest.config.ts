import { defineConfig } from "vitest/config";

// What `npm run mutation` runs; it says which tests.
export default defineConfig({
  test: { include: JSON.parse(process.env.MUTATION_TESTS ?? "[]"), testTimeout: 30_000, isolate: false },
});
