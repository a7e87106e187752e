import { setTimeout as sleep } from "node:timers/promises";
import { createAdminSessions } from "#lib/auth/admin-sessions.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { openDatabase } from "#lib/storage/client.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import type { ProductDoors } from "../support/crash/product.ts";
import { until } from "../support/crash/until.ts";

// Goal: what is configured while the primary dies is wholly there or was not answered with a yes: never half, never lost after
// a yes. A promotion is edited through the API, and a settings form of the dashboard is sent as a browser without scripts does.

/** One change, told apart by its number. */
interface SentChange {
  readonly n: number;
  readonly isConfirmed: boolean;
}

export interface ChangedConfiguration {
  readonly promotion: readonly SentChange[];
  readonly rules: readonly SentChange[];
}

interface Doors extends ProductDoors {
  readonly databaseUrl: string;
}

const PROMOTION = "edited-during-kills";
const RULES = "/admin/settings/refund-rules";
const PAUSE_MS = 100;
const TIMEOUT_MS = 20_000;

/** Edits until `over`, one change after the other. */
export async function changeConfiguration(doors: Doors, over: AbortSignal): Promise<ChangedConfiguration> {
  await until("there is a promotion to edit", async () => {
    const body = {
      id: PROMOTION,
      type: "amount_off",
      phase: "order",
      threshold: { amount: 99_999_999 },
      ...fieldsOf(0),
    };
    return [201, 409].includes((await callApi(doors, "POST", "/api/v1/promotions", body)).status);
  });
  const cookie = await signIn(doors.databaseUrl);
  const promotion: SentChange[] = [];
  const rules: SentChange[] = [];
  const editing = async (changes: SentChange[], change: (n: number) => Promise<boolean>) => {
    for (let n = 1; !over.aborted; n++) {
      changes.push({ n, isConfirmed: await change(n).catch(() => false) });
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all([
    editing(promotion, async (n) => {
      const answer = await callApi(doors, "PATCH", `/api/v1/promotions/${PROMOTION}`, fieldsOf(n));
      return answer.status === 200;
    }),
    editing(rules, (n) => saveRules(doors, cookie, n)),
  ]);
  return { promotion, rules };
}

/** Three places of one promotion: two in its definition, one in a column. */
const fieldsOf = (n: number) => ({ name: `edit ${n}`, off: 1_000 + n, budget: 1_000_000 + n });

const callApi = ({ url, apiKey }: Doors, method: string, path: string, body: unknown) =>
  fetch(`${url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${apiKey}`,
      "idempotency-key": crypto.randomUUID(),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

/** The owner, past the sign-in page. @returns the cookie */
async function signIn(databaseUrl: string): Promise<string> {
  const database = openDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    const { rows } = await database.pool.query<{ id: string }>(
      "update admin_users set must_change_password = false, first_password = null where role = 'owner' returning id",
    );
    const sessions = createAdminSessions({ pool: database.pool, clock: systemClock });
    const visitor = { address: "127.0.0.1", agent: "cluster" };
    const token = await sessions.open({
      userId: rows[0]?.id ?? "",
      awaitsCode: false,
      confirmedAt: new Date(),
      visitor,
    });
    // The second factor stays shown for as long as the run takes.
    await database.pool.query("update admin_sessions set confirmed_at = now() + interval '1 day'");
    return `lingfu_admin=${token.reveal()}`;
  } finally {
    await database.close();
  }
}

/** Fills the form that the page shows and sends it. @returns whether the page then says that it is saved */
async function saveRules({ url }: Doors, cookie: string, n: number): Promise<boolean> {
  const head = { cookie, "accept-language": "en" };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const page = await (await fetch(`${url}${RULES}`, { headers: head, signal })).text();
  const form = /<form[^>]*>(?:(?!<\/form>)[\s\S])*name="confirmAbove"[\s\S]*?<\/form>/.exec(page)?.[0] ?? "";
  const fields = new FormData();
  for (const [input] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    fields.append(attribute(input, "name"), attribute(input, "value"));
  }
  if ([...fields.keys()].length === 0) return false;
  fields.set("confirm", "on");
  fields.set("confirmAbove", (n / 100).toFixed(2));
  const answer = await fetch(`${url}${RULES}`, {
    method: "POST",
    headers: { ...head, origin: url },
    body: fields,
    signal,
  });
  return (await answer.text()).includes(approvalsText("en").rules.saved);
}

const attribute = (tag: string, name: string): string =>
  (new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

export type Query = <Row extends Record<string, unknown>>(text: string) => Promise<Row[]>;

/** What is wrong with what is there now: one sentence for each fault. */
export async function configurationFaults(changed: ChangedConfiguration, query: Query): Promise<string[]> {
  const versions = await query<{ name: string; off: number; budget: number; audited: number }>(
    `select v.definition ->> 'name' as name, (v.definition ->> 'off')::int as off, v.budget::int as budget,
            (select count(*)::int from audit_log a where a.subject = v.promotion_id and a.action = 'promotion.change'
                and (a.detail ->> 'version')::int = v.version) as audited
       from promotion_versions v where v.promotion_id = '${PROMOTION}' and v.version > 1 order by v.version`,
  );
  const saved = await query<{ n: number }>(
    `select (detail ->> 'confirmAboveFen')::int as n from audit_log where action = 'refund_rules.change' order by id`,
  );
  const [now] = await query<{ name: string; budget: number; rules: number }>(
    `select p.definition ->> 'name' as name, p.budget::int as budget, r.confirm_above as rules
       from promotions p, refund_rules r where p.id = '${PROMOTION}'`,
  );
  const edits = versions.map(({ name }) => Number(name.replace("edit ", "")));
  const last = versions.at(-1);
  return [
    ...versions.flatMap(({ name, off, budget, audited }, at) => {
      const whole = fieldsOf(edits[at] ?? Number.NaN);
      const isWhole = name === whole.name && off === whole.off && budget === whole.budget;
      return isWhole && audited === 1 ? [] : [`${name}: off ${off}, budget ${budget}, ${audited} audit entries`];
    }),
    ...faultsOf("promotion", changed.promotion, edits),
    ...faultsOf(
      "refund rules",
      changed.rules,
      saved.map(({ n }) => n),
    ),
    ...(last !== undefined && (now?.name !== last.name || now.budget !== last.budget)
      ? [`the promotion is ${now?.name}, its last version ${last.name}`]
      : []),
    ...(saved.length > 0 && now?.rules !== saved.at(-1)?.n
      ? [`the refund rules are ${now?.rules}, the last saved ${saved.at(-1)?.n}`]
      : []),
  ];
}

function faultsOf(what: string, sent: readonly SentChange[], there: readonly number[]): string[] {
  const times = (n: number) => there.filter((each) => each === n).length;
  const lost = sent
    .filter(({ n, isConfirmed }) => isConfirmed && times(n) === 0)
    .map(({ n }) => `change ${n} is lost after a yes`);
  const doubled = there.filter((n, at) => there.indexOf(n) !== at).map((n) => `change ${n} is there twice`);
  const foreign = there.filter((n) => !sent.some((change) => change.n === n)).map((n) => `change ${n} was never sent`);
  return [...lost, ...doubled, ...foreign].map((fault) => `${what}: ${fault}`);
}
