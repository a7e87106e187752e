import "server-only";
import { answerWeb } from "#lib/http/web-adapter.ts";
import { openContainer } from "./container.ts";

type RouteMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
type NextHandler = (request: Request) => Promise<Response>;

/**
 * Answers from the table of lib/http/routes.ts by the request's path; 404 problem details where the table has none. All
 * methods are exported, because the table decides which ones a path takes.
 */
export function answerFromTable(): Record<RouteMethod, NextHandler> {
  const answer: NextHandler = async (request) => answerWeb(await openContainer(), request);
  return { GET: answer, HEAD: answer, POST: answer, PUT: answer, PATCH: answer, DELETE: answer, OPTIONS: answer };
}
