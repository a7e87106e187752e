// npm start. Only what Node itself brings is imported until the packages are installed.
import { startAll } from "./launch/start-all.mjs";

await startAll({ dev: false });
