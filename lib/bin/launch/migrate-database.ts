// node migrate-database.ts: applies what is pending to DATABASE_URL and prints the name of each on a line of its own.
import { migrate } from "../../storage/migrate.ts";

try {
  await migrate(process.env.DATABASE_URL ?? "", { onApplied: (name) => console.log(name) });
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
}
