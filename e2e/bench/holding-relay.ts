import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

// A thread of its own: passes connections on to a port of this machine and holds each packet for a while, both ways.

const { port, holdMs } = workerData as { readonly port: number; readonly holdMs: number };

const server = createServer((caller) => {
  const onward = connect({ host: "127.0.0.1", port });
  for (const socket of [caller, onward]) socket.setNoDelay(true);
  pass(caller, onward);
  pass(onward, caller);
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));

/** Timers of one length end in the order in which they began, so packets keep theirs. */
function pass(from: Socket, to: Socket): void {
  from.on("data", (packet) => setTimeout(() => to.write(packet), holdMs));
  from.on("error", () => to.destroy());
  from.on("close", () => to.destroy());
}
