import "./launch/keep-inside.mjs";
import { runCommandLine } from "./cli/program.ts";

// The operator's tool.

await runCommandLine(process.argv.slice(2));
