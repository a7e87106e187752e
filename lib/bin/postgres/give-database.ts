// node give-database.ts: gives the embedded database of SUPERUSER_URL to the role, and under the name, of OWNER_URL.
import { giveDatabaseToOwner } from "../../storage/database-owner.ts";

const { SUPERUSER_URL: superuserUrl = "", OWNER_URL: ownerUrl = "" } = process.env;

try {
  await giveDatabaseToOwner({ superuserUrl, ownerUrl });
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
}
