import type { ServerResponse } from "node:http";
import type { AdminAction } from "#lib/http/admin-action.ts";

/**
 * Next answers 500 to a post that it cannot take apart (a broken multipart body, arguments that are none) and 409 to an
 * action id that no build of ours has. Where it failed before any code of ours had run, the caller's message was wrong: 400.
 */
export function blameCaller(outgoing: ServerResponse, visit: AdminAction): void {
  const writeHead = outgoing.writeHead.bind(outgoing) as (status: number, ...rest: unknown[]) => ServerResponse;
  outgoing.writeHead = ((status: number, ...rest: unknown[]) => {
    const isTheirs = (status === 500 || status === 409) && !visit.hasBegun;
    return writeHead(isTheirs ? 400 : status, ...rest.filter((each) => !(isTheirs && typeof each === "string")));
  }) as ServerResponse["writeHead"];
}
