import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { firstSignIn } from "#lib/auth/admin-first.ts";
import { createPasswords } from "#lib/auth/admin-password.ts";
import { ROLES, type Role } from "#lib/auth/admin-roles.ts";
import { createAdminUsers, normalEmail } from "#lib/auth/admin-users.ts";
import { AppError } from "#lib/base/app-error.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { type CommandReport, type OutputOptions, reportOn, withDatabase } from "./command.ts";

interface CreateAdminOptions extends OutputOptions {
  readonly email: string;
  readonly role: Role;
}

const ACTOR = "command line";
const passwords = createPasswords();

export function addAdminCommands(program: Command): void {
  const admin = program.command("admin").description("who may sign in to the dashboard");
  admin
    .command("create")
    .description("add a user; the first password is shown only once and must be changed at the first sign-in")
    .requiredOption("--email <address>", "what they sign in with", parseEmail)
    .option("--role <role>", ROLES.join(", "), parseRole, "owner")
    .option("--json", "answer as JSON")
    .action((options: CreateAdminOptions) => reportOn(options, () => create(options)));
  admin
    .command("reset")
    .description("give a user a new first password; this ends their sessions and removes their second factor")
    .requiredOption("--email <address>", "what they sign in with", parseEmail)
    .option("--json", "answer as JSON")
    .action((options: CreateAdminOptions) => reportOn(options, () => reset(options.email)));
  admin
    .command("first")
    .description("show the first sign-in until its password is changed; creates the first owner if there is no user")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, first));
}

async function create({ email, role }: CreateAdminOptions): Promise<CommandReport> {
  const { id, password } = await withDatabase(({ database: { pool } }) =>
    createAdminUsers({ pool, clock: systemClock, passwords }).create({ email, role, actor: ACTOR }),
  );
  return shown({ id, email, role, password: password.reveal() });
}

async function reset(email: string): Promise<CommandReport> {
  return withDatabase(async ({ database: { pool } }) => {
    const users = createAdminUsers({ pool, clock: systemClock, passwords });
    const user = (await users.list()).find((each) => each.email === email);
    if (user === undefined) throw new AppError("not_found", `there is no user ${email}`);
    const password = await users.reset({ userId: user.id, actor: ACTOR });
    return shown({ id: user.id, email, role: user.role, password: password.reveal() });
  });
}

async function first(): Promise<CommandReport> {
  const sign = await withDatabase(({ database: { pool }, box, environment }) =>
    firstSignIn(
      { pool, box, clock: systemClock, passwords },
      { email: environment.adminEmail, password: environment.adminPassword },
    ),
  );
  if (sign === null) return { value: {}, text: "the first password was changed; `admin reset` gives a new one" };
  const password = sign.password?.reveal();
  const value = { email: sign.email, ...(password === undefined ? {} : { password }) };
  return { value, text: `email     ${sign.email}\npassword  ${password ?? "as ADMIN_PASSWORD was set"}` };
}

const shown = (value: { id: string; email: string; role: Role; password: string }): CommandReport => ({
  value,
  text: `email     ${value.email}\npassword  ${value.password}\nIt has to be changed at the first sign-in.`,
});

function parseEmail(text: string): string {
  const email = normalEmail(text);
  if (z.email().max(254).safeParse(email).success) return email;
  throw new InvalidArgumentError("must be an e-mail address");
}

function parseRole(text: string): Role {
  const role = ROLES.find((each) => each === text);
  if (role !== undefined) return role;
  throw new InvalidArgumentError(`must be one of ${ROLES.join(", ")}`);
}
