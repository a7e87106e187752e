import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { AppError } from "#lib/base/app-error.ts";
import type { Answer, MerchantCall } from "../call.ts";
import { parseJson } from "../read-request.ts";
import { createMcpServer } from "./server.ts";

/** One message of Streamable HTTP, without a session: any process answers the next one. */
export async function answerMcp(call: MerchantCall): Promise<Answer> {
  const { container, caller } = call;
  const message = parseJson(await call.readBody());
  // Batches ended with the protocol of 2025-06-18; one of them would be many calls under one count.
  if (Array.isArray(message)) throw new AppError("invalid_request", "send one JSON-RPC message at a time");
  const allowsWrites = container.settings.mcpWrites;
  const server = createMcpServer({ container, allowsWrites, caller: async () => caller }, caller.scopes);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    const answered = await transport.handleRequest(requestOf(call), { parsedBody: message });
    const type = answered.headers.get("content-type");
    const headers = { ...(type === null ? {} : { "content-type": type }), "cache-control": "no-store" };
    return { status: answered.status, headers, body: await answered.text() };
  } finally {
    await server.close();
  }
}

const PASSED = ["accept", "content-type", "mcp-protocol-version", "mcp-session-id"];

function requestOf({ headers, container, path }: MerchantCall): Request {
  const given = PASSED.flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return new Request(container.settings.publicUrl + path, { method: "POST", headers: given });
}
