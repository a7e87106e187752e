import { EventEmitter, once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { guardConnections } from "./guard-connections.ts";
import { startWeb, type Web } from "./start-web.ts";

// Goal: no connection leaves HTTP, and with it every limit of ours; so many are open at once and no more.
// Method: raw sockets, and a stand-in for Next that registers for upgrades with its first request, as Next does.

let edge: EdgeFixture;
const webs: Web[] = [];
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(async () => {
  await Promise.all(webs.map((web) => web.stop()));
  await edge.close();
});

async function open(
  more: {
    dev?: boolean;
    connectionsMax?: number;
    perAddressMax?: number;
    host?: string;
    requestsPerConnection?: number;
  } = {},
): Promise<Web> {
  let registered = false;
  const web = await startWeb({
    container: edge.container,
    dev: false,
    port: 0,
    host: "127.0.0.1",
    files: null,
    pages: {
      async handle(incoming: IncomingMessage, outgoing) {
        const { server } = incoming.socket as unknown as { server: Server };
        // Next's handler keeps the socket of a path that it does not know, and never ends it.
        if (!registered) {
          server.on("upgrade", ({ url }, socket) => {
            if (url === "/_next/hmr") socket.end("HTTP/1.1 101 Hot\r\n\r\n").resume();
          });
        }
        registered = true;
        outgoing.end("page");
      },
    },
    ...more,
  });
  webs.push(web);
  return web;
}

/** Everything that comes back until the other side closes, or until `until` has come. */
async function exchange(port: number, text: string, until?: RegExp): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    answer += chunk;
    if (until?.test(answer)) socket.destroy();
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return answer;
}

const connections = (web: Web): Promise<number> => web.connections();
const offering = (path: string, protocol: string) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`;

test("an offered upgrade is answered over HTTP/1.1 as if it had not been made, on hot calls and on pages", async () => {
  const web = await open();
  expect(await exchange(web.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toMatch(
    /^HTTP\/1\.1 200 /,
  );
  for (const protocol of ["h2c", "websocket"]) {
    expect(await exchange(web.port, offering("/healthz", protocol), /"ok"/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"ok"/);
    expect(await exchange(web.port, offering("/nope", protocol), /page/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*page/);
  }
});

test("callers who offer an upgrade and go away leave nothing behind", async () => {
  const web = await open();
  await exchange(web.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  for (let each = 0; each < 60; each++) {
    const socket = connect({ host: "127.0.0.1", port: web.port });
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.end(offering("/nope", "websocket"));
    socket.resume();
    await once(socket, "close");
  }
  await expect.poll(() => connections(web)).toBe(0);
});

test("under npm run dev hot reload has its web socket, and nothing else is upgraded", async () => {
  const web = await open({ dev: true });
  await exchange(web.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  expect(await exchange(web.port, offering("/_next/hmr", "websocket"), /101 Hot/)).toMatch(/^HTTP\/1\.1 101 /);
  expect(await exchange(web.port, offering("/nope", "websocket"))).toMatch(/^HTTP\/1\.1 400 /);
  await expect.poll(() => connections(web)).toBe(0);
});

test("CONNECT is refused and closed", async () => {
  const web = await open();
  expect(await exchange(web.port, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")).toMatch(/^HTTP\/1\.1 405 /);
  await expect.poll(() => connections(web)).toBe(0);
});

test("a request that names two hosts, or none that could be one, is refused", async () => {
  const web = await open();
  for (const hosts of ["Host: a\r\nHost: b", "Host: a\r\nhost: a", "Host: a b", "Host: a/@b", ""]) {
    const lines = hosts === "" ? "" : `${hosts}\r\n`;
    const answer = await exchange(web.port, `GET /healthz HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
    expect([hosts, answer.slice(0, 13)]).toEqual([hosts, "HTTP/1.1 400 "]);
  }
  for (const host of ["a", "a:1", "[::1]:3000", "xn--w4r85el8f.example"]) {
    const answer = await exchange(web.port, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect([host, answer.slice(0, 13)]).toEqual([host, "HTTP/1.1 200 "]);
  }
});

async function hold(web: Web, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect({ host: "127.0.0.1", port: web.port }));
  for (const socket of sockets) socket.on("error", () => {});
  await Promise.all(sockets.map((socket) => once(socket, "connect").catch(() => {})));
  return sockets;
}

test("above the limit in all, new connections are closed at once; one that ends makes room", async () => {
  const web = await open({ connectionsMax: 5 });
  const sockets = await hold(web, 8);
  await expect.poll(() => sockets.filter(({ closed }) => closed).length).toBe(3);
  expect(await connections(web)).toBe(5);
  sockets.find(({ closed }) => !closed)?.destroy();
  await expect.poll(() => connections(web)).toBe(4);
  expect(await exchange(web.port, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toContain("200 OK");
  for (const socket of sockets) socket.destroy();
});

test("one address has so many connections and no more; an IPv6 address counts with its network, our proxies never", () => {
  const arrivals = (addresses: string[], isProxy = (_peer: string) => false) => {
    const server = new EventEmitter();
    guardConnections(server as Server, { container: edge.container, dev: false, isProxy, perAddressMax: 2 });
    return addresses.map((remoteAddress) => {
      const socket = Object.assign(new EventEmitter(), { remoteAddress, destroyed: false, destroy: () => {} });
      socket.destroy = () => {
        socket.destroyed = true;
        socket.emit("close");
      };
      server.emit("connection", socket);
      return socket;
    });
  };
  const refused = (addresses: string[], isProxy?: (peer: string) => boolean) =>
    arrivals(addresses, isProxy).map(({ destroyed }) => destroyed);
  const four = ["203.0.113.1", "::ffff:203.0.113.1", "203.0.113.1", "203.0.113.2"];
  expect(refused(four)).toEqual([false, false, true, false]);
  expect(refused(["2001:db8::1", "2001:db8::2", "2001:db8::3"])).toEqual([false, false, true]);
  expect(refused(four, () => true)).toEqual([false, false, false, false]);
  expect(refused(["127.0.0.1", "127.0.0.1", "::1", "127.0.0.1"])).toEqual([false, false, false, false]);
});

const PAGE = "GET /page HTTP/1.1\r\nHost: x\r\n\r\n";

test("where processes share a port, a connection ends with the last answer that it may have, and nothing after that is carried out", async () => {
  const { port } = await open({ requestsPerConnection: 3 });
  const answer = await exchange(port, PAGE.repeat(4));
  expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  expect(answer.match(/Connection: close/gi)).toHaveLength(1);
  expect(answer.slice(answer.search(/Connection: close/i))).toMatch(/page\r\n0\r\n\r\n$|page$/);
});

test("otherwise a connection is kept until its caller ends it", async () => {
  const { port } = await open();
  const answer = await exchange(port, PAGE.repeat(149) + PAGE.replace("Host: x", "Host: x\r\nConnection: close"));
  expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(150);
  expect(answer.match(/Connection: close/gi)).toHaveLength(1);
});
