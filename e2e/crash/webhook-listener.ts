import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Heard {
  readonly url: string;
  /** Order id → the message ids that told of it. */
  readonly orders: Map<string, Set<string>>;
  /** Message ids that got no answer. */
  readonly unanswered: string[];
  close(): void;
}

/** The shop's own server, which hears of paid orders; it never answers the first `deafTo` messages. */
export async function listenForWebhooks({ deafTo = 0 } = {}): Promise<Heard> {
  const orders = new Map<string, Set<string>>();
  const unanswered: string[] = [];
  const server = createServer(async (request, answer) => {
    const id = String(request.headers["webhook-id"]);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (unanswered.length < deafTo) {
      unanswered.push(id);
      return;
    }
    const { data } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { data: { id: string } };
    orders.set(data.id, (orders.get(data.id) ?? new Set()).add(id));
    answer.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    orders,
    unanswered,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
