import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, type Page } from "@playwright/test";
import type { Role } from "../../../lib/auth/admin-roles.ts";
import { axeViolations } from "../axe.ts";
import { product } from "../product.ts";

export interface TestAdmin {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

let people = 0;

/** A new user with the first password still to be changed. */
export async function addPerson(
  role: Role,
  email = `${role}-${process.pid}-${++people}@shop.test`,
): Promise<TestAdmin> {
  const { id, password } = await runCommand("admin", "create", "--email", email, "--role", role);
  return { id, email, password };
}

/** @returns the pid of a new account of the epay door */
export const addEpayAccount = async (name: string): Promise<string> =>
  (await runCommand("epay", "create", "--name", name)).pid;

/** What a command of the product answers as JSON. */
async function runCommand(...command: readonly string[]) {
  const args = ["lib/bin/run.mjs", "lib/bin/cli.ts", ...command, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: product.environment });
  return JSON.parse(stdout);
}

const NEXT_PASSWORD = "seven green teapots";

/** The dashboard as a merchant meets it. */
export class Admin {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(path = ""): Promise<void> {
    await this.page.goto(`/admin${path}`);
  }

  async signIn({ email, password }: Omit<TestAdmin, "id">): Promise<void> {
    await this.page.getByLabel("邮箱").fill(email);
    await this.page.getByLabel("密码").fill(password);
    await this.page.getByRole("button", { name: "登录", exact: true }).click();
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.page.getByLabel("当前密码").fill(current);
    await this.page.getByLabel("新密码").fill(next);
    await this.page.getByRole("button", { name: "更改密码" }).click();
  }

  /** A new person of this role, through the first sign-in and into the rooms. */
  async enterAs(role: Role, email?: string): Promise<TestAdmin> {
    const person = await addPerson(role, email);
    await this.open();
    await this.signIn(person);
    await this.page.waitForURL("**/admin/password");
    await this.changePassword(person.password, NEXT_PASSWORD);
    await expect(this.heading("今日概览")).toBeVisible();
    return { ...person, password: NEXT_PASSWORD };
  }

  heading(name: string | RegExp) {
    return this.page.getByRole("heading", { level: 1, name });
  }

  get answer() {
    return this.page.getByTestId("answer").filter({ hasText: /./ });
  }

  /** What a closed dialog said. */
  get toast() {
    return this.page.getByTestId("toast").getByRole("paragraph");
  }

  /** An entry of the menu (desktop) or the sheet (phone) of who is signed in. */
  async chooseInAccount(menu: string, entry: string): Promise<void> {
    await this.page.getByRole("button", { name: new RegExp(`^${menu}`) }).click();
    const role = this.page.getByRole("menuitem", { name: entry });
    // By keyboard: a menu that still finds its place moves away from under a pointer.
    await role.or(this.page.getByRole("dialog").getByRole("button", { name: entry })).press("Enter");
    await expect(this.page.getByRole("dialog").or(this.page.getByRole("menu"))).toHaveCount(0);
  }

  get timeline() {
    return this.page.getByTestId("timeline");
  }

  /** A page, and no longer what stands in its place while it comes. */
  async expectLoaded(): Promise<void> {
    // Not by its role: behind a dialog it has none.
    await expect(this.page.locator("h1").first()).toBeAttached();
    await expect(this.page.locator("main [aria-busy=true]")).toHaveCount(0);
  }

  /** axe has nothing to say at all, and nothing reaches beyond the screen's edge. */
  async expectSound(): Promise<void> {
    await this.expectLoaded();
    // What fades in or out has no contrast of its own yet.
    const passing = () =>
      document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .length;
    await expect.poll(() => this.page.evaluate(passing)).toBe(0);
    expect((await axeViolations(this.page)).map(({ text }) => text)).toEqual([]);
    const beyond = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);
  }
}
