import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import type { OrderView } from "../../../lib/contract/order.ts";
import { product } from "../product.ts";

let key: Promise<string> | undefined;

/** The shop's own server: calls the merchant API with a key that the command line made. */
export async function callMerchant<Answer = OrderView>(path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${product.url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: await authorization(), "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await answer.json();
  expect(answer.ok, JSON.stringify(said)).toBe(true);
  return said;
}

/** For what answers no JSON. */
export async function authorization(): Promise<string> {
  key ??= makeKey();
  return `Bearer ${await key}`;
}

async function makeKey(): Promise<string> {
  const command = ["lib/bin/run.mjs", "lib/bin/cli.ts", "keys", "create", "--name", "e2e", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env: product.environment });
  return JSON.parse(stdout).secret;
}

export const createOrder = (more: object = {}): Promise<OrderView> =>
  callMerchant("/orders", {
    items: [
      { name: "燕麦拿铁", price: 26, quantity: 1 },
      { name: "黄油可颂", price: 12, quantity: 1 },
    ],
    ...more,
  });

export const readOrder = (id: string): Promise<OrderView> => callMerchant(`/orders/${id}`);
export const closeOrder = (id: string): Promise<OrderView> => callMerchant(`/orders/${id}/close`, {});
export const refundOrder = (id: string, refund: object): Promise<OrderView> =>
  callMerchant(`/orders/${id}/refunds`, refund);

/** What opening the pay page on a desktop does: from then on the order can be paid. */
export async function openTrade(id: string): Promise<void> {
  const opened = await fetch(`${product.url}/api/orders/${id}/pay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel: "native" }),
  });
  expect(opened.ok).toBe(true);
}
