import { writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CheckName, Finding, Result } from "./base/finding.ts";
import { runDoctor } from "./compose-doctor.ts";
import type { DoctorReport } from "./ops/doctor/index.ts";
import { openDatabase } from "./storage/client.ts";
import { SEEDED, withCertificate, without } from "./testing/doctor-cases.ts";
import { type DoctorFixture, listen, openDoctorFixture } from "./testing/doctor-fixture.ts";
import { wordSentence } from "./texts/word-sentence.ts";

// Goal: each thing that goes wrong when a shop is set up is named, alone, with what to do about it, within ten seconds.
// Method: a configuration that works against the sandbox (a process of its own), one thing broken, the doctor called.

const TEN_SECONDS = 10_000;

let fixture: DoctorFixture;
beforeAll(async () => {
  fixture = await openDoctorFixture();
}, 30_000);
afterAll(() => fixture.close());
beforeEach(async () => {
  await fixture.control("keys", { mode: "public_key", certificates404: true });
});
afterEach(() => fixture.control("reset", {}));

type Alarms = Partial<Record<CheckName, Result>>;

const alarmsOf = ({ findings }: DoctorReport): Alarms =>
  Object.fromEntries(
    findings
      .filter(({ result }) => result === "failed" || result === "warning")
      .map(({ check, result }) => [check, result]),
  );

const wordedEvidence = (finding: Finding | undefined): string =>
  finding === undefined ? "" : wordSentence(finding.evidence, "en");

/** The one alarm, which names the thing in evidence or advice, in both languages. */
function expectAlarm(
  visit: DoctorReport,
  [check, words, result = "failed"]: readonly [CheckName, RegExp, Result?],
): void {
  expect(alarmsOf(visit)).toEqual({ [check]: result });
  const finding = visit.findings.find((each) => each.check === check);
  expect(`${wordedEvidence(finding)} ${finding?.next ? wordSentence(finding.next, "en") : ""}`).toMatch(words);
  expect(finding?.next && wordSentence(finding.next, "zh-CN")).toMatch(/[\u4e00-\u9fff]/);
}

describe("a good configuration", () => {
  test.each(["v3", "v2"] as const)(
    "%s: no alarm, and every check of it is ok",
    async (protocol) => {
      const visit = await fixture.examine(fixture[protocol]);
      expect(alarmsOf(visit)).toEqual({});
      const shaky = visit.findings.filter(({ result }) => result === "unknown").map(({ check }) => check);
      // Only a first notification could prove the APIv3 key of an account that is not active.
      expect(shaky).toEqual([]);
      expect(visit.findings.find(({ check }) => check === "answer_verified")?.result).toBe("ok");
    },
    TEN_SECONDS,
  );

  test(
    "the account in force: WeChat's own notice comes in",
    async () => {
      const visit = await runDoctor(fixture.target);
      expect(alarmsOf(visit)).toEqual({});
      expect(visit.findings.find(({ check }) => check === "notify_echo")?.result).toBe("ok");
      expect(wordedEvidence(visit.findings.find(({ check }) => check === "mode"))).toContain("no real money");
    },
    TEN_SECONDS,
  );

  test(
    "with certificates instead of the public key, and with the merchant's own",
    async () => {
      await fixture.control("keys", { mode: "certificate", certificates404: false });
      const config = withCertificate(without(fixture.v3, "wechatpay_public_key", "wechatpay_public_key_id"), fixture);
      const visit = await fixture.examine(config);
      expect(alarmsOf(visit)).toEqual({});
      expect(wordedEvidence(visit.findings.find(({ check }) => check === "api_v3_key"))).toContain(
        "decrypted the platform",
      );
    },
    TEN_SECONDS,
  );
});

describe.each(SEEDED)("%s", (_, cases) => {
  test.each(cases)(
    "$name",
    async ({ from = "v3", config = (good) => good, keys, faults, clock, alarm }) => {
      if (keys !== undefined) await fixture.control("keys", keys);
      const broken = await config(fixture[from], fixture);
      if (faults !== undefined) await fixture.control("faults", { api: { operations: [], ...faults } });
      if (clock !== undefined) await fixture.control("clock", clock);
      const visit = await fixture.examine(broken);
      expectAlarm(visit, alarm);
    },
    TEN_SECONDS,
  );
});

describe("the notify address", () => {
  const at = (notify_url: string) => fixture.examine({ ...fixture.v3, notify_url });

  test(
    "with a query",
    async () => {
      expectAlarm(await at(`${fixture.doorOrigin}/payment/notify?shop=1`), ["notify_url", /has a query/]);
    },
    TEN_SECONDS,
  );

  test(
    "of another path",
    async () => {
      expectAlarm(await at(`${fixture.doorOrigin}/notify`), ["notify_url", /does not end in \/payment\/notify/]);
    },
    TEN_SECONDS,
  );

  test(
    "where nobody listens",
    async () => {
      expectAlarm(await at("http://127.0.0.1:9/payment/notify"), ["notify_door", /cannot be reached: .*443/]);
    },
    TEN_SECONDS,
  );

  test.each([
    [302, { location: "https://shop.example/login" }, /follows no redirect/],
    [200, {}, /not Lingfu that answers/],
    [403, {}, /firewall or WAF/],
    [404, {}, /no notification endpoint at this path/],
    [502, {}, /web\.log/],
  ])(
    "that answers %i",
    async (status, headers, words) => {
      const server = await listen((_request, response) => void response.writeHead(status, headers).end("<html>"));
      const visit = await at(`http://127.0.0.1:${server.port}/payment/notify`);
      await server.close();
      expectAlarm(visit, ["notify_door", words]);
    },
    TEN_SECONDS,
  );

  test(
    "that never answers",
    async () => {
      const server = await listen(() => undefined);
      const visit = await at(`http://127.0.0.1:${server.port}/payment/notify`);
      await server.close();
      expectAlarm(visit, ["notify_door", /cannot be reached/]);
    },
    TEN_SECONDS,
  );
});

describe("the house", () => {
  test("no worker: the sweeps it would do are not blamed as well", async () => {
    const { pool } = fixture.fixture.database;
    await pool.query("update heartbeats set seen_at = now() - interval '1 hour'");
    const visit = await runDoctor(fixture.target);
    await pool.query("update heartbeats set seen_at = now() + interval '1 hour'");
    expectAlarm(visit, ["worker", /npm start/]);
  });

  test("no database", async () => {
    const database = openDatabase({ url: "postgresql://nobody@127.0.0.1:9/none", poolSize: 2 });
    const target = { ...fixture.target, database, activeAccount: () => Promise.reject(new Error("away")) };
    const visit = await runDoctor(target, await fixture.fileOf(fixture.v3));
    await database.close();
    expectAlarm(visit, ["database", /cannot be reached.*DATABASE_URL/]);
  });

  test("another master key", async () => {
    const refuse = () => Promise.reject(new Error("MASTER_KEY is not the key that this database was set up with"));
    expectAlarm(await runDoctor({ ...fixture.target, checkMasterKey: refuse }), ["master_key", /put.*back/i]);
  });

  test("an environment that cannot be used, and nothing configured", async () => {
    const environmentProblems = ["DATABASE_URL must be set to a postgresql:// address"];
    const target = { ...fixture.target, environmentProblems, database: null, activeAccount: async () => null };
    expectAlarm(await runDoctor(target), ["environment", /DATABASE_URL must be set/]);
  });

  test("a file that is no JSON", async () => {
    expectAlarm(await fixture.examine("{ appid: wx }"), ["config_file", /must be one JSON object/]);
  });

  test(
    "it is back within ten seconds when everything hangs",
    async () => {
      const hole = await listen(() => undefined);
      const never = new Promise<never>(() => undefined);
      const pool = { query: () => never } as unknown as DoctorFixture["fixture"]["database"]["pool"];
      const origin = `http://127.0.0.1:${hole.port}`;
      const target = { ...fixture.target, publicUrl: origin, database: { pool }, activeAccount: () => never };
      const config = { ...fixture.v3, api_base: origin, oauth_base: origin, notify_url: `${origin}/payment/notify` };
      const visit = await runDoctor(target, await fixture.fileOf(config));
      await hole.close();
      expect(alarmsOf(visit)).toEqual({ connection: "failed", notify_door: "failed", pay_page: "failed" });
    },
    TEN_SECONDS,
  );

  // Last, because it activates another account.
  test(
    "an APIv3 key that does not open the notices of the account in force",
    async () => {
      const config = { ...fixture.v3, api_v3_key: "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb" };
      await writeFile(fixture.environment.paymentConfig, JSON.stringify(config));
      await fixture.fixture.paymentConfig.refresh();
      await fixture.fixture.accounts.refresh();
      const visit = await runDoctor(fixture.target);
      // The tests' own database is one that a power cut may cost.
      expect(alarmsOf(visit)).toEqual({ api_v3_key: "failed", backups: "warning", database_settings: "warning" });
    },
    TEN_SECONDS,
  );
});
