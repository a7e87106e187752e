// npm start. Until the packages are installed it imports only Node's own modules.
import "./launch/keep-inside.mjs";
import { startAll } from "./launch/start-all.mjs";

const [flag, name = ""] = process.argv.slice(2).flatMap((arg) => arg.split("="));
if (flag !== undefined && flag !== "--only") {
  console.error(`✗ npm start takes nothing but --only web|worker|sandbox, not ${flag}`);
  process.exit(2);
}
await startAll({ dev: false, only: flag && name });
