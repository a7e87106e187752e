import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { keyPlace } from "#lib/epay/epay.ts";
import { insertEpayAccount } from "#lib/storage/epay/epay-accounts.ts";
import { epayOutbox } from "#lib/storage/epay/epay-orders.ts";
import { createEpayNotices } from "#lib/webhooks/epay-notices.ts";
import { type EdgeFixture, edgeFixture } from "./edge-fixture.ts";

export const EPAY_KEY = "ZhQ7cN2mXw9LbT4vRk8sJdYe3GpHfAuC";

export type EpayFields = Readonly<Record<string, string>>;

const md5 = (text: string): string => createHash("md5").update(text, "utf8").digest("hex");

/** As most clients write it: sorted, without what is empty. */
export const plainSign = (fields: EpayFields, key = EPAY_KEY): string =>
  md5(
    Object.keys(fields)
      .filter((name) => name !== "sign" && name !== "sign_type" && fields[name] !== "")
      .sort()
      .map((name) => `${name}=${fields[name]}`)
      .join("&") + key,
  );

/** As PHP panels write it: `stripslashes(urldecode(http_build_query($params)))`, with every field there is. */
export const phpSign = (fields: EpayFields, key = EPAY_KEY): string =>
  md5(
    decodeURIComponent(
      Object.keys(fields)
        .filter((name) => name !== "sign" && name !== "sign_type")
        .sort()
        .map((name) => `${name}=${encodeURIComponent(fields[name] ?? "")}`)
        .join("&"),
    ).replaceAll("\\", "") + key,
  );

export const signed = (fields: EpayFields, sign = plainSign(fields)): EpayFields => ({
  ...fields,
  sign,
  sign_type: "MD5",
});

export const plainHolds = (notice: EpayFields): boolean =>
  notice.sign === plainSign(notice) && notice.trade_status === "TRADE_SUCCESS";

/** The epay door with one pid, and the server of the software that uses it. */
export class EpayDoor {
  readonly edge: EdgeFixture;
  readonly pid: string;
  /** What the software's server was sent. */
  readonly heard: URLSearchParams[] = [];
  answer = { status: 200, body: "success" };
  readonly #shop: http.Server;
  #numbers = 0;

  private constructor(edge: EdgeFixture, pid: string) {
    this.edge = edge;
    this.pid = pid;
    this.#shop = http.createServer((request, response) => {
      this.heard.push(new URL(request.url ?? "/", "http://shop").searchParams);
      response.writeHead(this.answer.status).end(this.answer.body);
    });
  }

  /** @param before runs while there is no pid */
  static async open(before: (edge: EdgeFixture) => Promise<void> = async () => {}): Promise<EpayDoor> {
    const edge = await edgeFixture();
    await before(edge);
    const door = new EpayDoor(edge, await makeAccount(edge, { name: "New API", mayRefund: true, key: EPAY_KEY }));
    await new Promise<void>((resolve) => door.#shop.listen(0, "127.0.0.1", resolve));
    return door;
  }

  account(name: string, mayRefund: boolean, key = EPAY_KEY): Promise<string> {
    return makeAccount(this.edge, { name, mayRefund, key });
  }

  get shopUrl(): string {
    return `http://127.0.0.1:${(this.#shop.address() as AddressInfo).port}`;
  }

  get notices() {
    const { box } = this.edge.container;
    const outbox = epayOutbox(this.edge.database.pool);
    const policy = { allowPrivate: false, allowLoopback: true };
    return createEpayNotices({ box, outbox, policy, clock: this.edge.clock, log: this.edge.deps.log });
  }

  /** As the worker's lane does it, until nothing is due. */
  async tellAll(pid = this.pid): Promise<void> {
    const { turn } = this.notices;
    while ((await turn(pid)) === "again");
  }

  /** What an earlier test left to be told is told; the server takes all again. */
  async reset(): Promise<void> {
    this.answer = { status: 200, body: "success" };
    await this.tellAll();
    this.heard.length = 0;
  }

  fields(more: EpayFields = {}): EpayFields {
    return {
      pid: this.pid,
      type: "wxpay",
      out_trade_no: `T${Date.now()}${++this.#numbers}`,
      notify_url: `${this.shopUrl}/notify`,
      return_url: "https://shop.example/user/order?tab=paid",
      name: "会员 VIP",
      money: "12.50",
      ...more,
    };
  }

  byLink(path: string, fields: EpayFields): Promise<Response> {
    return this.edge.send(`${path}?${new URLSearchParams(fields)}`);
  }

  byForm(path: string, fields: EpayFields): Promise<Response> {
    const type = "application/x-www-form-urlencoded";
    const headers = { "content-type": type, origin: "https://shop.example", "sec-fetch-site": "cross-site" };
    return this.edge.send(path, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
  }

  /** PHP's curl sends an array of fields this way. */
  byMultipart(path: string, fields: EpayFields): Promise<Response> {
    const parts = Object.entries(fields).map(
      ([name, value]) => `--xx\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const headers = { "content-type": "multipart/form-data; boundary=xx" };
    return this.edge.send(path, { method: "POST", headers, body: `${parts.join("")}--xx--\r\n` });
  }

  /** @returns the order that the shopper is sent to */
  async submit(fields: EpayFields): Promise<string> {
    return orderIdOf(await this.byForm("/submit.php", signed(fields)));
  }

  async pay(orderId: string): Promise<void> {
    await this.edge.payAndNotify(await this.edge.open(orderId));
  }

  async close(): Promise<void> {
    this.#shop.close();
    await this.edge.close();
  }
}

const makeAccount = (
  edge: EdgeFixture,
  { name, mayRefund, key }: { name: string; mayRefund: boolean; key: string },
): Promise<string> => {
  const seal = (pid: string) => edge.container.box.seal(key, keyPlace(pid));
  return insertEpayAccount(edge.database.pool, { name, mayRefund, seal }, { actor: "test", at: edge.clock.now() });
};

/** The order of a redirect to its pay page. */
export function orderIdOf(response: Response): string {
  expect(response.status).toBe(303);
  const [, id] = /^\/pay\/(ord_\w+)$/.exec(response.headers.get("location") ?? "") ?? [];
  expect(id).toBeDefined();
  return id ?? "";
}
