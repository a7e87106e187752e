import http from "node:http";

export interface CrowdedOrder {
  readonly orderId: string;
  /** Of its watchers. */
  readonly count: number;
  readonly pay: () => Promise<void>;
}

/** All watchers of all orders look before the first of them is paid; then all are paid at once. @returns the milliseconds of each watcher */
export async function paidToScreens(port: number, orders: readonly CrowdedOrder[]): Promise<number[]> {
  const crowds = await Promise.all(orders.map((order) => gather(port, order)));
  return (await Promise.all(crowds.map((paidToScreen) => paidToScreen()))).flat();
}

/** @returns pays, and measures from the notice's answer (the change is on disk then) to the event at each of the watchers */
async function gather(port: number, { orderId, count, pay }: CrowdedOrder): Promise<() => Promise<number[]>> {
  const seen: number[] = [];
  let allSeen = () => {};
  const everyone = new Promise<void>((resolve) => {
    allSeen = resolve;
  });
  const agent = new http.Agent({ maxSockets: count });
  const streams = await Promise.all(
    Array.from({ length: count }, () =>
      watch({ port, orderId, agent }, () => {
        seen.push(performance.now());
        if (seen.length === count) allSeen();
      }),
    ),
  );
  return async () => {
    await pay();
    const committed = performance.now();
    await Promise.race([everyone, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    for (const stream of streams) stream.destroy();
    agent.destroy();
    if (seen.length < count) throw new Error(`only ${seen.length} of ${count} watchers saw the payment`);
    // A watcher may hear of the commit before we hear the answer.
    return seen.map((at) => Math.max(0, at - committed));
  };
}

interface Watched {
  readonly port: number;
  readonly orderId: string;
  readonly agent: http.Agent;
}

/** Resolves once the stream has sent the present state. */
function watch({ port, orderId, agent }: Watched, onPaid: () => void): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port, path: `/api/orders/${orderId}/events`, agent }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`a watcher was answered ${answer.statusCode}`));
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        if (text.includes('"status":"pending"')) resolve(request);
        if (text.includes('"status":"paid"')) onPaid();
      });
      answer.on("error", () => {});
    });
    request.on("error", reject);
  });
}
