import pg from "pg";
import { endAccessAgain, type RestoredAccess, type Restoring } from "./ended-access.ts";

// What was going on in the server whose files were restored: its processes are gone, and with them what they had begun.
const NOTHING_GOING_ON = `
  delete from heartbeats;
  delete from master_key_holders;
  delete from health_minutes;
  delete from backup_log;
  delete from upkeep_runs where check_at is not null`;

/** The last step of restoring a server's files, in one transaction. */
export async function concludeRestored(url: string, restoring: Restoring): Promise<RestoredAccess> {
  const client = new pg.Client({ connectionString: url, application_name: "lingfu restore" });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("begin");
    await client.query(NOTHING_GOING_ON);
    const access = await endAccessAgain(client, restoring);
    await client.query("commit");
    return access;
  } finally {
    await client.end();
  }
}
