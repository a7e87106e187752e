import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { inRoot, runTool, tailOf, toolEnvironment, typescriptRuntime } from "../launch/runtime.mjs";

/** The plain role that owns the product's database. */
export const OWNER = "lingfu_owner";
export const DATABASE = "lingfu";

/** Whether the processes can connect as the owner; in folders of older versions only after the first start. */
export const hasOwner = (place) => existsSync(place.ownerMark);

export const ownerPassword = (place) => readFileSync(place.ownerPasswordFile, "utf8").trim();

/** Creates the owner and gives it the database, once per cluster. */
export async function ensureOwner(place, server) {
  if (hasOwner(place)) return;
  keepPassword(place);
  const command = [...typescriptRuntime(), inRoot("lib/bin/postgres/give-database.ts")];
  const env = toolEnvironment({
    SUPERUSER_URL: server.superuserUrl("postgres"),
    OWNER_URL: server.ownerUrl(),
  });
  const { code, output } = await runTool(command, { env });
  if (code !== 0) throw new Error(`the database could not be given to its owner: ${tailOf(output, 5)}`);
  writeFileSync(place.ownerMark, `${OWNER}\n`, { mode: 0o600 });
}

/** The first one wins: another start at the same moment uses the same password. */
function keepPassword(place) {
  if (existsSync(place.ownerPasswordFile)) return;
  const whole = `${place.ownerPasswordFile}.${process.pid}`;
  writeFileSync(whole, randomBytes(24).toString("base64url"), { mode: 0o600 });
  try {
    linkSync(whole, place.ownerPasswordFile);
  } catch (cause) {
    if (cause.code !== "EEXIST") throw cause;
  } finally {
    rmSync(whole);
  }
}
