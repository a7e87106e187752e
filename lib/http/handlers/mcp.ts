import { merchant } from "../endpoint.ts";

/** `POST /mcp`: tools for agents. The protocol's library is loaded by the first call, since most shops never make one. */
export const mcp = merchant(null, async (call) => (await import("../mcp/answer.ts")).answerMcp(call));
