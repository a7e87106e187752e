import { createServer } from "node:net";

/** Where the product under test is. The first process chooses; the environment tells the others. */
export const product = {
  get url(): string {
    return `http://localhost:${process.env.E2E_PORT}`;
  },
  /** Where a test puts the page of a shop that opens the pay page in a frame. */
  get shopUrl(): string {
    return `http://127.0.0.1:${process.env.E2E_SHOP_PORT}`;
  },
  get sandboxUrl(): string {
    return `http://localhost:${process.env.E2E_SANDBOX_PORT}`;
  },
  get dataDir(): string {
    return process.env.E2E_DATA_DIR ?? "";
  },
  /** What `npm start` printed for whoever opens the shop; empty once that password was changed. */
  get firstSignIn(): { email: string; password: string } {
    const [email = "", password = ""] = (process.env.E2E_FIRST_SIGN_IN ?? "").split(/ +/);
    return { email, password };
  },
  /** The environment of the product and of its command line. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      // Neither a developer's own database and address, nor the libraries that the browser brings along.
      DATABASE_URL: undefined,
      MASTER_KEY: undefined,
      PUBLIC_URL: undefined,
      LD_LIBRARY_PATH: undefined,
      PORT: process.env.E2E_PORT,
      SANDBOX_PORT: process.env.E2E_SANDBOX_PORT,
      DATA_DIR: this.dataDir,
      EMBED_ORIGINS: this.shopUrl,
      // A developer's own credentials must never be used by a test.
      PAYMENT_CONFIG: `${this.dataDir}/no_payment_config.json`,
    };
  },
};

export async function choosePorts(): Promise<void> {
  process.env.E2E_PORT ??= String(await freePort());
  process.env.E2E_SANDBOX_PORT ??= String(await freePort());
  process.env.E2E_SHOP_PORT ??= String(await freePort());
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
