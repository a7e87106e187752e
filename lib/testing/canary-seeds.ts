import { generateSync } from "otplib";
import { createPasswords } from "#lib/auth/admin-password.ts";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import { createCashiers } from "#lib/auth/cashiers.ts";
import { createTillSignIn } from "#lib/auth/till-sign-in.ts";
import type { Composed } from "#lib/compose.ts";
import type { CanaryTrap } from "./canary-trap.ts";

// One of everything that has a secret, for the test that searches for them.

const PIN = "83926175";

export interface CanarySurroundings {
  readonly trap: CanaryTrap;
  readonly composed: Composed;
  /** Takes calls of every form: what begins with `good` is answered well, what begins with `bad` is not. */
  readonly receiver: { readonly host: string; readonly port: number };
  /** The sandbox, whose receivers are robots, a mail server and others. */
  readonly sandboxUrl: string;
  readonly publicUrl: string;
  /** A name that has to be found. */
  readonly witness: string;
}

export interface CanaryCaller {
  readonly key: string;
  readonly signer: { readonly id: string; readonly secret: string };
  readonly epay: { readonly pid: string; readonly key: string };
  readonly session: string;
}

export async function seedCanaries(at: CanarySurroundings): Promise<CanaryCaller> {
  const { trap, composed, witness, receiver } = at;
  const { keys, webhookEndpoints, epayAccounts } = composed;
  const bearer = await keys.create({ name: witness, requireSigning: false, scopes: [], actor: "test" });
  const signing = await keys.create({ name: "signs", requireSigning: true, scopes: [], actor: "test" });
  for (const target of ["good", "bad"]) {
    const url = `http://${receiver.host}:${receiver.port}/${target}`;
    const made = await webhookEndpoints.create({ url, events: ["order.paid", "refund.succeeded"] });
    trap.canary(`webhook secret (${target})`, made.secret);
  }
  const { pid, key } = await epayAccounts.create({ name: witness, mayRefund: true }, "test");
  await openChannels(at);
  await printers(at);
  const session = await signInEverybody(at);
  await openTill(at);
  return {
    key: trap.canary("API key", bearer.secret.reveal()),
    signer: { id: signing.id, secret: trap.canary("signing key", signing.secret.reveal()) },
    epay: { pid, key: trap.canary("epay key", key) },
    session,
  };
}

const CHOICES = {
  ...{ name: "x", events: ["payment_received", "refund_trouble"], roles: [], language: "zh-CN", amountMin: 0 },
  ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
};

/** Some that answer, and some that echo what they were sent as an error. */
async function openChannels({ trap, composed, receiver, sandboxUrl }: CanarySurroundings): Promise<void> {
  const robot = `http://${receiver.host}:${receiver.port}/bad?key=`;
  const { settings } = await (await fetch(`${sandboxUrl}/control/receivers`)).json();
  const { wecom, dingtalk, feishu, email, webhook, official_account } = settings;
  const channels: [kind: Parameters<typeof create>[0]["kind"], settings: Readonly<Record<string, unknown>>][] = [
    ["wecom", { url: robot + trap.canary("failing robot's key") }],
    ["dingtalk", { url: robot + trap.canary("robot's token"), secret: trap.canary("failing robot's secret") }],
    ["email", { ...email, port: receiver.port, password: trap.canary("password of a mail server that is none") }],
    ...Object.entries({ wecom, dingtalk, feishu, email, webhook, official_account }).map(
      ([kind, own]) => [kind, own] as (typeof channels)[number],
    ),
  ];
  trap.canary("WeCom robot's key", new URL(wecom.url).searchParams.get("key") ?? "");
  trap.canary("DingTalk robot's token", new URL(dingtalk.url).searchParams.get("access_token") ?? "");
  trap.canary("Feishu robot's token", feishu.url.split("/").at(-1));
  for (const [name, { secret, password, appSecret }] of Object.entries<Record<string, string>>(settings)) {
    const text = secret ?? password ?? appSecret;
    if (text !== undefined) trap.canary(`secret of ${name}`, text);
  }
  const { create } = composed.notificationChannels;
  for (const [kind, own] of channels) await create({ kind, choices: CHOICES, settings: own }, "test");
}

async function printers({ trap, composed, receiver }: CanarySurroundings): Promise<void> {
  const printed = { storeId: null, tillId: null, name: "x", width: 58, copies: 1, automatic: true, language: "en" };
  const network = { host: receiver.host, port: String(receiver.port) };
  const cloud = { user: "x@canary.test", ukey: trap.canary("cloud printer's key"), sn: "123456789" };
  const url = `http://${receiver.host}:${receiver.port}/bad/printer`;
  await composed.printers.create({ kind: "network", choices: printed, settings: network }, "test");
  await composed.printers.create({ kind: "feie", choices: printed, settings: { ...cloud, url } }, "test");
}

/** The token of an owner's session. */
async function signInEverybody({ trap, composed, publicUrl, witness }: CanarySurroundings): Promise<string> {
  const { database, clock, box, deviceKey } = composed;
  const passwords = createPasswords(4);
  const admins = createAdmins({ pool: database.pool, clock, box, passwords, deviceKey, publicUrl });
  const visitor = { address: "203.0.113.9", agent: witness };
  const email = "second@canary.test";
  const made = await admins.users.create({ email, role: "owner", actor: "test" });
  const password = trap.canary("made password", made.password.reveal());
  const opened = await admins.signIn({ email, password }, visitor);
  const token = trap.canary("session", opened?.token.reveal() ?? "");
  const session = await admins.sessions.find(token);
  if (session === null) throw new Error("not signed in");
  const { secret } = await admins.totp.begin(session.user.id);
  trap.canary("TOTP secret", secret);
  await admins.totp.confirm({ session, code: generateSync({ secret }), visitor });
  for (const [at, code] of (await admins.recovery.make(session)).entries()) {
    trap.canary(`recovery code ${at}`, code.reveal());
  }
  const { token: link } = await admins.invitations.invite({
    ...{ email: "third@canary.test", role: "clerk", by: { id: session.user.id, email } },
  });
  trap.canary("link to join", link.reveal());
  await admins.signIn({ email, password: trap.canary("wrong password") }, visitor);
  return token;
}

/** A device that is a till, and a cashier who is signed in at it. */
async function openTill({ trap, composed: { database, clock, cookieBox } }: CanarySurroundings): Promise<void> {
  const { pool } = database;
  const passwords = createPasswords(4);
  await pool.query("insert into stores (id, code, name, created_at) values ('sto_1', 'w', 'w', now())");
  await pool.query(
    "insert into tills (id, store_id, code, name, created_at) values ('til_1', 'sto_1', 't', 't', now())",
  );
  const pin = trap.canary("cashier's PIN", PIN);
  const fields = { name: "cashier", refundUpTo: null, userId: null, storeIds: ["sto_1"] };
  await createCashiers({ pool, clock, passwords }).create({ fields, by: "test", pin });
  const tills = createTillSignIn({ pool, clock, cookieBox, passwords });
  const device = (await tills.bind({ tillId: "til_1", label: "x", by: "test" })).reveal();
  trap.canary("till device's token", device);
  const at = await tills.deviceOf(device);
  const { rows } = await pool.query<{ id: string }>("select id from cashiers");
  if (at === null) throw new Error("the device is no till");
  const token = await tills.signIn({ at, cashierId: rows[0]?.id ?? "", pin });
  trap.canary("cashier's session", token?.reveal() ?? "");
}
