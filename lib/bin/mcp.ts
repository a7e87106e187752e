import "./launch/keep-inside.mjs";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { createMcpServer } from "#lib/http/mcp/server.ts";
import { explainAndExit } from "./launch/explain-and-exit.ts";

// Tools for an agent on this machine, over standard input and output, with the API key in MCP_KEY.

const environment = { ...readEnvironment(), logLevel: "silent" } as const;
const { mcpKey, mcpWrites } = environment;
if (mcpKey === null) {
  console.error("✗ MCP_KEY is missing: npm run -s cli -- keys create --name agent --scopes orders:read,reports:read");
  process.exit(1);
}
const stopping = new AbortController();
const container = await compose({ process: "cli", stopping: stopping.signal, environment }).catch(explainAndExit);
/** Asked for each call, so that a key that is revoked ends at once here as well. */
const caller = () =>
  container.authenticate({
    authorization: `Bearer ${mcpKey.reveal()}`,
    ...{ method: "POST", target: "/mcp", address: "127.0.0.1", readBody: async () => new Uint8Array(0) },
  });
const { scopes } = await caller().catch(explainAndExit);
const server = createMcpServer({ container, caller, allowsWrites: mcpWrites }, scopes);
const transport = new StdioServerTransport();
await server.connect(transport);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  stopping.abort();
  await server.close();
  await container.close();
  process.exit(0);
}
process.on("SIGTERM", end);
process.on("SIGINT", end);
process.stdin.on("end", end);
