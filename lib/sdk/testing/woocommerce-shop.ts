import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../testing/running-product.ts";
import { startShop } from "./examples.ts";

/** An order as the shop around the plug-in keeps it. */
export interface WooOrder {
  readonly id: number;
  readonly key: string;
  readonly status: string;
  readonly notes: readonly string[];
  /** How often it was completed by a payment. */
  readonly completed?: number;
  readonly transaction?: string;
  readonly meta: Readonly<Record<string, string>>;
  /** Amount and id at Lingfu. */
  readonly refunds: readonly (readonly [string, string])[];
}

interface HeardDelivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the shop's own calls answer, each a part of it. */
interface ShopAnswer {
  readonly errors?: readonly string[];
  readonly available?: boolean;
  readonly cancelled?: boolean;
  readonly redirect?: string;
  readonly error?: string;
  readonly id?: number;
}

interface WooOptions {
  readonly locale: string;
}

/** The WooCommerce plug-in as it is installed, in a shop of PHP alone; what Lingfu sends to the shop goes through a gate. */
export class WooShop {
  readonly heard: HeardDelivery[] = [];
  /** While it is closed deliveries are answered 503, as by a shop that is down. */
  isOpen = true;
  readonly #folder: string;
  readonly #url: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, url: string, stop: () => Promise<void>) {
    this.#folder = folder;
    this.#url = url;
    this.#stop = stop;
  }

  static async start({ locale }: WooOptions): Promise<WooShop> {
    const folder = await mkdtemp(path.join(tmpdir(), "lingfu-woocommerce-"));
    const plugin = path.join(folder, "lingfu-pay");
    // As README.md says.
    await cp("examples/woocommerce/lingfu-pay", plugin, { recursive: true });
    await cp("lib/sdk/php", path.join(plugin, "sdk"), { recursive: true });
    const gate = createServer();
    await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
    const command = {
      command: "php",
      args: (port: number) => ["-S", `localhost:${port}`, "examples/woocommerce/tests/shop.php"],
    };
    const shop = await startShop(
      { ...command, hook: "/" },
      {
        port: await freePort(),
        env: {
          ...{ SHOP_DATA: folder, SHOP_PLUGIN: plugin, SHOP_LOCALE: locale, PHP_CLI_SERVER_WORKERS: "4" },
          SHOP_URL: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
        },
      },
    );
    const woo = new WooShop(folder, shop.url, async () => {
      gate.closeAllConnections();
      await new Promise((resolve) => gate.close(resolve));
      await shop.stop();
      await rm(folder, { recursive: true });
    });
    gate.on("request", async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      const delivery = { headers: request.headers, body };
      woo.heard.push(delivery);
      response.writeHead(woo.isOpen ? await woo.deliver(delivery) : 503).end();
    });
    return woo;
  }

  /** Sends a delivery to the plug-in. @returns its answer */
  async deliver({ headers, body }: HeardDelivery, more: Record<string, string> = {}): Promise<number> {
    const signed = Object.entries(headers).filter(([name]) => name.startsWith("webhook-") || name === "content-type");
    const answer = await fetch(`${this.#url}/?wc-api=lingfu_pay`, {
      ...{ method: "POST", body: new Uint8Array(body) },
      headers: { ...Object.fromEntries(signed.map(([name, value]) => [name, String(value)])), ...more },
    });
    return answer.status;
  }

  /** Those of an order, in the order of their coming. */
  about(lingfuOrder: string, type: string): HeardDelivery[] {
    return this.heard.filter(({ body }) => {
      const { type: of, data } = JSON.parse(body.toString());
      return of === type && (data.orderId ?? data.id) === lingfuOrder;
    });
  }

  async post(address: string, fields: Record<string, string> = {}): Promise<ShopAnswer> {
    const answer = await fetch(`${this.#url}/${address}`, { method: "POST", body: new URLSearchParams(fields) });
    return JSON.parse(await answer.text());
  }

  async page(address: string): Promise<string> {
    return (await fetch(`${this.#url}/${address}`)).text();
  }

  async order(total: string, more: object = {}): Promise<WooOrder> {
    const lines = [{ name: "拿铁", total, quantity: 1 }];
    const body = JSON.stringify({ total, currency: "CNY", shipping: "0", lines, ...more });
    return JSON.parse(await (await fetch(`${this.#url}/orders`, { method: "POST", body })).text());
  }

  async look({ id }: Pick<WooOrder, "id">): Promise<WooOrder> {
    return JSON.parse(await this.page(`orders/${id}`));
  }

  async log(): Promise<string> {
    return readFile(path.join(this.#folder, "log"), "utf8").catch(() => "");
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
