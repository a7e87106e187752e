import type { ServerResponse } from "node:http";
import { endEarly } from "./read-body.ts";

/** A short no for people and programs alike, where neither a page nor the API's problem details fit. */
export function refusePlainly(outgoing: ServerResponse, status: number, sentence: string): void {
  const body = `${status}: ${sentence}\n`;
  outgoing.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  endEarly(outgoing.req, outgoing, outgoing.req.method === "HEAD" ? undefined : body);
}
