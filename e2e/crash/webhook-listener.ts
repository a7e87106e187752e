import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Heard {
  readonly url: string;
  /** Order id → the message ids that told of it. */
  readonly orders: Map<string, Set<string>>;
  close(): void;
}

/** The shop's own server, which hears of paid orders. */
export async function listenForWebhooks(): Promise<Heard> {
  const orders = new Map<string, Set<string>>();
  const server = createServer(async (request, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { data } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { data: { id: string } };
    const ids = orders.get(data.id) ?? new Set();
    orders.set(data.id, ids.add(String(request.headers["webhook-id"])));
    answer.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    orders,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
