import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const COPIED = [
  ...["app", "components", "config", "lib", "prisma", "public", ".next", ".lane"],
  ...["package.json", "package-lock.json", "next.config.js", "postcss.config.mjs", "tsconfig.json"],
];

/** What the next build would use, what debuggers read, and the credentials of whoever works here. */
const LEFT_OUT = /(^|[/\\])(\.next[/\\](cache|dev|trace)|config[/\\]payment_config\.json)$|\.map$/;

/** The program in a folder of its own, as a next version is installed: built, its packages shared, its version and migrations its own. */
export class ProgramCopy {
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(path.join(os.tmpdir(), "lingfu-version-"));
    for (const place of COPIED) {
      if (!existsSync(place)) throw new Error(`${place} is not there: the pages must be built before`);
      const filter = (source: string) => !LEFT_OUT.test(source);
      cpSync(place, path.join(this.root, place), { recursive: true, filter });
    }
    symlinkSync(path.resolve("node_modules"), path.join(this.root, "node_modules"));
  }

  setVersion(version: string): void {
    const file = path.join(this.root, "package.json");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), version }));
  }

  addMigration(name: string, sql: string): void {
    const folder = path.join(this.root, "prisma/migrations", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "migration.sql"), sql);
  }

  /** Changes one of its files. @returns what puts it back */
  change(file: string, edit: (text: string) => string): () => void {
    const place = path.join(this.root, file);
    const before = readFileSync(place, "utf8");
    writeFileSync(place, edit(before));
    return () => writeFileSync(place, before);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
