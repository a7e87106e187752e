import "server-only";
import type { Container } from "#lib/http/container.ts";
import { ROUTES } from "#lib/http/routes.ts";
import { answerWeb } from "#lib/http/web-door.ts";
import { openContainer } from "./container.ts";

type Answer = (request: Request) => Promise<Response>;

/** The methods of one path of the table, as Next wants them. @throws where the table does not know the path */
export function routesOf(path: string, extras: Pick<Container, "drawQr"> = {}): Record<Method, Answer> {
  if (!ROUTES.some((route) => route.path === path)) throw new Error(`the table has no route ${path}`);
  return all(extras);
}

/** What is left of an address space: 404 in our own words. */
export const nothingHere = (): Record<Method, Answer> => all({});

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** Every method, since the table says better than Next which ones a path takes. */
function all(extras: Pick<Container, "drawQr">): Record<Method, Answer> {
  let own: Container | undefined;
  const answer: Answer = async (request) => {
    const container = await openContainer();
    own ??= extras.drawQr === undefined ? container : { ...container, drawQr: extras.drawQr };
    return answerWeb(own, request);
  };
  return { GET: answer, HEAD: answer, POST: answer, PUT: answer, PATCH: answer, DELETE: answer, OPTIONS: answer };
}
