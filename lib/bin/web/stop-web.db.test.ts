import { Agent, request as httpRequest } from "node:http";
import { expect, test } from "vitest";
import { edgeFixture } from "#lib/testing/edge-fixture.ts";
import { startWeb } from "./start-web.ts";

// Goal: the web server ends in order: nothing that was asked is left unanswered, and nothing keeps it from ending.

test("an end closes live streams and idle connections, and does not wait for either", async () => {
  const own = await edgeFixture();
  const server = await startWeb({
    container: own.container,
    dev: false,
    port: 0,
    host: "127.0.0.1",
    files: null,
    pages: { handle: async (_incoming, outgoing) => void outgoing.end() },
  });
  const order = await own.order();
  const stream = await fetch(`http://127.0.0.1:${server.port}/api/orders/${order.id}/events`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain("retry:");
  await expect.poll(() => own.watching(order.id)).toBe(1);
  own.stop();
  await server.stop();
  let rest = await reader?.read();
  while (rest?.done === false) rest = await reader?.read();
  expect(own.watching(order.id)).toBe(0);
  await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow();
  await own.close();
});

test("while it ends, what comes on a connection that was idle is answered, and a stream is told to come back", async () => {
  const own = await edgeFixture();
  const server = await startWeb({
    container: own.container,
    dev: false,
    port: 0,
    host: "127.0.0.1",
    files: null,
    pages: { handle: async (_incoming, outgoing) => void outgoing.end() },
  });
  const { id } = await own.order();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (target: string) =>
    new Promise<{ connection: string | undefined; text: string }>((resolve, reject) => {
      httpRequest({ host: "127.0.0.1", port: server.port, path: target, agent }, (answer) => {
        let text = "";
        answer.on("data", (piece: Buffer) => {
          text += piece;
        });
        answer.on("end", () => resolve({ connection: answer.headers.connection, text }));
      })
        .on("error", reject)
        .end();
    });
  expect((await ask("/healthz")).connection).toBe("keep-alive");
  own.stop();
  const stopped = server.stop();
  const stream = await ask(`/api/orders/${id}/events`);
  expect(stream).toMatchObject({ connection: "close", text: expect.stringMatching(/^retry: \d+\n\n$/) });
  await expect(ask("/healthz")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await stopped;
  agent.destroy();
  await own.close();
});
