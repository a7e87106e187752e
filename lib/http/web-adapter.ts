import type { Answer, Arrival, Client, LiveBody } from "./call.ts";
import { clientOf } from "./client-address.ts";
import type { Container } from "./container.ts";
import { readStream } from "./read-request.ts";
import { matchRoute } from "./routes.ts";
import { serve } from "./serve.ts";

// Answers web requests, as Next passes them on. They lack the connection's address and the original target, so our own server
// adds both in a header, with a token that no caller can know.
export const EDGE_HEADER = "x-lingfu-edge";

export interface Edge {
  readonly peer: string;
  /** The connection came through a proxy. Next adds X-Forwarded-For itself, so that header no longer tells. */
  readonly proxied: boolean;
  readonly target: string;
}

export const writeEdge = (token: string, { peer, proxied, target }: Edge): string =>
  `${token} ${peer} ${proxied ? "proxied" : "direct"} ${target}`;

/** Answers a web request from the route table. */
export async function answerWeb(container: Container, request: Request): Promise<Response> {
  const arrival = arrivalOf(container, request);
  const [path = ""] = arrival.target.split("?", 1);
  return responseOf(await serve(container, arrival, matchRoute(path)));
}

function arrivalOf(container: Container, request: Request): Arrival {
  const { headers } = request;
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: readEdge(headers.get(EDGE_HEADER), container.edgeToken)?.target ?? pathname + search,
    headers,
    client: clientOfHeaders(container, headers),
    readBytes: (bytesMax) => readStream(request.body, { bytesMax, declared: headers.get("content-length") }),
  };
}

/** The client of a request of which only the headers are known, as in a page of Next. */
export function clientOfHeaders(
  { settings, edgeToken }: Container,
  headers: { get(name: string): string | null },
): Client {
  const { trustedProxies } = settings;
  const edge = readEdge(headers.get(EDGE_HEADER), edgeToken);
  const forwardedFor = headers.get("x-forwarded-for");
  if (edge !== null)
    return clientOf({ peer: edge.peer, forwardedFor: edge.proxied ? (forwardedFor ?? "") : null, trustedProxies });
  // Under plain `next start` Next adds the connection's address if there was no proxy.
  const peer = forwardedFor?.split(",").at(-1)?.trim() ?? "";
  return clientOf({ peer, forwardedFor: forwardedFor ?? "", trustedProxies });
}

function readEdge(header: string | null, token: string): Edge | null {
  const [given, peer, proxied, target] = header?.split(" ") ?? [];
  if (given !== token || peer === undefined || target === undefined) return null;
  return { peer, proxied: proxied === "proxied", target };
}

/** An answer in the form that Next takes. */
export function responseOf({ status, headers, body }: Answer): Response {
  const list = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : value.map((each): [string, string] => [name, each]),
  );
  const live = typeof body === "object" && body !== null && "open" in body;
  // A copy, because the type of web bodies excludes shared memory.
  const plain = body instanceof Uint8Array ? new Uint8Array(body) : (body as string | null);
  return new Response(live ? streamOf(body) : plain, { status, headers: list });
}

function streamOf(live: LiveBody): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let gone = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        const end = () => {
          if (!open) return;
          open = false;
          gone();
        };
        const close = live.open({
          write: (text) => open && controller.enqueue(encoder.encode(text)),
          close() {
            if (open) controller.close();
            end();
          },
          waiting: () => Math.max(0, -(controller.desiredSize ?? 0)),
        });
        gone = close;
      },
      cancel: () => gone(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
}
