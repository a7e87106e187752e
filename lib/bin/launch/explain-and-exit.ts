import { ConfigurationProblem } from "#lib/config/environment.ts";
import { NewerDatabase } from "#lib/storage/migration-history.ts";

/** Ends a process that cannot start. A problem that the operator can solve is one line; anything else is our bug and shows its stack. */
export function explainAndExit(cause: unknown): never {
  if (cause instanceof ConfigurationProblem) for (const problem of cause.problems) console.error(problem);
  else if (cause instanceof NewerDatabase) console.error(cause.message);
  else console.error(cause);
  process.exit(1);
}
