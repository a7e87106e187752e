import "server-only";
import type { Container } from "#lib/http/container.ts";
import { answerWeb } from "#lib/http/web-door.ts";
import { openContainer } from "./container.ts";

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
type Answer = (request: Request) => Promise<Response>;

/**
 * Answers from the table of lib/http/routes.ts by the request's path; 404 problem details where the table has none. All
 * methods are exported, because the table decides which ones a path takes.
 */
export function answerFromTable(extras: Pick<Container, "drawQr"> = {}): Record<Method, Answer> {
  let own: Container | undefined;
  const answer: Answer = async (request) => {
    const container = await openContainer();
    own ??= extras.drawQr === undefined ? container : { ...container, drawQr: extras.drawQr };
    return answerWeb(own, request);
  };
  return { GET: answer, HEAD: answer, POST: answer, PUT: answer, PATCH: answer, DELETE: answer, OPTIONS: answer };
}
