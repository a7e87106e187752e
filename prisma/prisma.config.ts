import { defineConfig } from "prisma/config";

// The command line wants a schema engine even where it needs none; `generate`, `validate` and `format` run without it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
process.env.CHECKPOINT_DISABLE ??= "1";

export default defineConfig({ schema: "schema.prisma", migrations: { path: "migrations" } });
