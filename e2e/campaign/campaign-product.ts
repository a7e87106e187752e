import { type ChildProcess, execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { endChild, startChild } from "#lib/testing/child-process.ts";
import { RunningProduct } from "../support/crash/product.ts";

// The product with two web and two worker processes, and a disk for its database that can be full.

const MB = 1_024 * 1_024;
const DISK_BYTES = 3_000 * MB;
/** What a file system needs to keep what is on it. */
const PAGE_BYTES = 4_096;
const SPARE_BYTES_MAX = 64 * MB;
const CLOSED_MS = 20_000;

export class CampaignProduct {
  readonly product: RunningProduct;
  readonly disk: Disk;
  #another: ChildProcess | null = null;
  #closing = false;

  private constructor(product: RunningProduct, disk: Disk) {
    this.product = product;
    this.disk = disk;
  }

  /** @param isCalm nothing is killed: one web process and one worker are enough */
  static async open(dataParent: string, isCalm: boolean): Promise<CampaignProduct> {
    const disk = new Disk();
    const beforeStart = (dataDir: string) => disk.mount(dataDir);
    try {
      const opened = new CampaignProduct(
        await RunningProduct.open(dataParent, { webProcesses: isCalm ? 1 : 2, beforeStart }),
        disk,
      );
      if (!isCalm) opened.#startAnother();
      opened.#closeOnSignal();
      return opened;
    } catch (cause) {
      disk.unmount();
      throw cause;
    }
  }

  /** The disk in memory would stay mounted. */
  #closeOnSignal(): void {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.once(name, () => {
        setTimeout(() => process.exit(1), CLOSED_MS).unref();
        this.close().finally(() => process.exit(1));
      });
    }
  }

  /** The second worker, as the README starts it; it comes again when it ends. */
  #startAnother(): void {
    if (this.#closing) return;
    const command = ["lib/bin/run.mjs", "lib/bin/worker.ts", "another"].map((each, at) =>
      at === 0 ? path.resolve(each) : each,
    );
    const child = startChild(command, { env: this.product.environment, stderr: "ignore" });
    this.#another = child;
    child.once("exit", () => setTimeout(() => this.#startAnother(), 1_000).unref());
  }

  killAnother(): void {
    for (const pid of childrenOf(this.#another?.pid)) process.kill(pid, "SIGKILL");
  }

  async killEverything(): Promise<void> {
    this.killAnother();
    await this.product.killAll();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.disk.empty();
    if (this.#another !== null) {
      for (const pid of childrenOf(this.#another.pid)) process.kill(pid, "SIGTERM");
      await endChild(this.#another);
    }
    await this.product.end();
    this.disk.unmount();
    this.product.forget();
  }
}

/**
 * The product's data folder as a file system in memory, whose size can be cut down to what lies on it. WeChat's records lie
 * elsewhere: they are the truth. Mounting takes root; without it no disk gets full.
 */
class Disk {
  #folder: string | null = null;

  mount(folder: string): void {
    if (process.getuid?.() !== 0) return;
    try {
      execFileSync("/bin/mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES},mode=0755`, "lingfu-campaign", folder], {
        stdio: "ignore",
      });
    } catch {
      return; // A container without the right to mount.
    }
    chmodSync(folder, 0o755);
    this.#folder = folder;
    mkdirSync(`${folder}-wechat`);
    symlinkSync(`${folder}-wechat`, path.join(folder, "sandbox"));
  }

  get canBeFull(): boolean {
    return this.#folder !== null;
  }

  /** @returns whether it is full: it cannot be made smaller than what was written to it meanwhile, so it takes a few tries */
  fill(): boolean {
    for (let spare = PAGE_BYTES; spare <= SPARE_BYTES_MAX; spare *= 2) {
      const [, used] = this.#tool("/bin/df", ["--block-size=1", "--output=used"]).stdout.split("\n");
      if (this.#resize(Number(used) + spare)) return true;
    }
    return false;
  }

  empty(): void {
    if (this.#folder !== null) this.#resize(DISK_BYTES);
  }

  #resize(bytes: number): boolean {
    return this.#tool("/bin/mount", ["-o", `remount,size=${bytes}`]).status === 0;
  }

  #tool(command: string, args: readonly string[]) {
    return spawnSync(command, [...args, String(this.#folder)], { encoding: "utf8" });
  }

  unmount(): void {
    if (this.#folder === null) return;
    execFileSync("/bin/umount", ["--lazy", this.#folder], { stdio: "ignore" });
    rmSync(`${this.#folder}-wechat`, { recursive: true, force: true });
    this.#folder = null;
  }
}

function childrenOf(parent: number | undefined): number[] {
  if (parent === undefined) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent ? [Number(name)] : [];
      } catch {
        return []; // It ended while we looked.
      }
    });
}
