import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: two people and one outcome stand in Postgres as well, against SQL that goes round the domain.

let fixture: PaymentFixture;
let orderId: string;
let attemptId: string;
beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.rows(
    `insert into admin_users (id, email, role, password_hash, created_at)
     select 'usr_' || role, role || '@shop.test', role, '$scrypt$x', now() from unnest(array['owner', 'finance', 'clerk']) as role`,
  );
});
beforeEach(async () => {
  const order = await fixture.order();
  orderId = order.id;
  await fixture.payAndNotify(await fixture.open(orderId));
  const found = await fixture.rows<{ id: string }>("select id from payment_attempts where order_id = $1", [orderId]);
  attemptId = found[0]?.id ?? "";
});
afterAll(() => fixture.close());

/** A refund of 9 yuan that the owner asked for, with its wait unless told otherwise. */
async function waiting({ approval = true, amount = 900 } = {}): Promise<string | null> {
  return fixture.refusedBy(
    `with made as (
       insert into refunds (id, order_id, attempt_id, number, origin, amount, status, created_at, send_at, check_at)
       values ('ref_' || $2, $1, $2, $2 || '-R', 'request', $3::int, 'awaiting_approval', now(), now(), now() + interval '3 days')
       returning id
     ), held as (
       update payment_attempts set refund_held = refund_held + $3::int where id = $2
     )
     insert into refund_approvals (refund_id, above, asked_by, asked_user_id, asked_at, expires_at)
     select id, 500, 'owner@shop.test', 'usr_owner', now(), now() + interval '3 days' from made where $4`,
    [orderId, attemptId, amount, approval],
  );
}
const decide = (set: string) =>
  fixture.refusedBy(`update refund_approvals set ${set} where refund_id = 'ref_' || $1`, [attemptId]);
const BY_FINANCE = "decided_by = 'finance@shop.test', decided_user_id = 'usr_finance', decided_at = now()";
/** The decision together with what it makes of the refund. */
const end = (decision: string, refund: string, held: number) =>
  fixture.refusedBy(
    `with decided as (update refund_approvals set ${decision} where refund_id = 'ref_' || $1),
          refund as (update refunds set ${refund} where id = 'ref_' || $1)
     update payment_attempts set refund_held = $2::int where id = $1`,
    [attemptId, held],
  );
const CLOSED = "status = 'closed', check_at = null, closed_at = now(), failure = 'approval_declined'";

describe("a refund that waits", () => {
  test("has its question, and is counted as held", async () => {
    expect(await waiting({ approval: false })).toBe("refund_approval");
    expect(await waiting({ amount: 1_801 })).toBe("attempt_refunds");
    expect(await waiting()).toBeNull();
    expect(await fixture.refusedBy("update payment_attempts set refund_held = 0 where id = $1", [attemptId])).toBe(
      "refund_sums",
    );
  });

  test("is neither sent nor closed without a decision", async () => {
    await waiting();
    const change = (set: string) => fixture.refusedBy(`update refunds set ${set} where id = 'ref_' || $1`, [attemptId]);
    expect(await change("sent_at = now()")).toBe("refund_unapproved");
    expect(await change("status = 'requested'")).toBe("refund_approval");
    expect(await change("status = 'processing'")).toBe("illegal_transition");
    expect(await end("above = above", CLOSED, 0)).toBe("refund_approval");
  });
});

describe("a decision", () => {
  test.each([
    [
      "one's own",
      "decision = 'approved', decided_by = 'owner@shop.test', decided_user_id = 'usr_owner', decided_at = now()",
      "approval_second_person",
    ],
    [
      "under the name of the one who asked",
      "decision = 'approved', decided_by = 'owner@shop.test', decided_user_id = 'usr_finance', decided_at = now()",
      "approval_second_person",
    ],
    [
      "by somebody without the right",
      "decision = 'approved', decided_by = 'clerk@shop.test', decided_user_id = 'usr_clerk', decided_at = now()",
      "approval_role",
    ],
    ["by nobody", "decision = 'approved', decided_at = now()", "approval_role"],
    ["to take it back by nobody", "decision = 'withdrawn', decided_at = now()", "approval_by"],
    [
      "too late",
      `decision = 'approved', ${BY_FINANCE.replace("now()", "now() + interval '4 days'")}`,
      "approval_in_time",
    ],
    ["no, without a reason", `decision = 'declined', ${BY_FINANCE}`, "approval_reason"],
    ["taken back by another", `decision = 'withdrawn', ${BY_FINANCE}`, "approval_second_person"],
    ["that leaves the refund waiting", `decision = 'approved', ${BY_FINANCE}`, "refund_approval"],
  ])("is refused: %s", async (_name, set, constraint) => {
    await waiting();
    expect(await decide(set)).toBe(constraint);
  });

  test("by somebody who has left the shop is refused", async () => {
    await waiting();
    await fixture.rows("update admin_users set disabled_at = now() where id = 'usr_finance'");
    expect(await decide(`decision = 'approved', ${BY_FINANCE}`)).toBe("approval_role");
    await fixture.rows("update admin_users set disabled_at = null where id = 'usr_finance'");
  });

  test("sends the refund or frees its amount, is made once, and stays", async () => {
    await waiting();
    expect(await end(`decision = 'declined', reason = '未见退货', ${BY_FINANCE}`, "status = 'requested'", 900)).toBe(
      "refund_approval",
    );
    expect(await end(`decision = 'approved', ${BY_FINANCE}`, "status = 'requested'", 900)).toBeNull();
    expect(await decide("reason = 'x'")).toBe("approval_fixed");
    expect(await fixture.refusedBy("delete from refund_approvals")).toBe("approval_fixed");
  });
});

describe("those who may approve", () => {
  test("are told in the same commit; a device only where its owner could answer", async () => {
    for (const [id, kind, user] of [
      ["nch_group", "wecom", null],
      ["nch_owner", "web_push", "usr_owner"],
      ["nch_finance", "web_push", "usr_finance"],
      ["nch_clerk", "web_push", "usr_clerk"],
    ]) {
      await fixture.rows(
        `insert into notification_channels (id, kind, name, settings_sealed, target, events, admin_user_id, created_at, created_by)
         values ($1, $2, $1, '', 'x', array['refund_approval'], $3, now(), 'test')`,
        [id, kind, user],
      );
    }
    await waiting();
    const told = await fixture.rows<{ channel: string; kind: string; amount: number }>(
      `select d.channel_id as channel, n.kind, n.amount from notification_deliveries d
         join notifications n on n.id = d.notification_id where n.order_id = $1 order by 1`,
      [orderId],
    );
    expect(told).toEqual([
      { channel: "nch_finance", kind: "refund_approval_asked", amount: 900 },
      { channel: "nch_group", kind: "refund_approval_asked", amount: 900 },
    ]);
    await end("decision = 'expired', decided_at = now()", CLOSED.replace("declined", "expired"), 0);
    const kinds = await fixture.rows<{ kind: string; person: string | null }>(
      "select kind, person_id as person from notifications where order_id = $1 order by id",
      [orderId],
    );
    // The one who asked hears of it as their own news.
    expect(kinds).toEqual([
      { kind: "refund_approval_asked", person: null },
      { kind: "refund_approval_expired", person: null },
      { kind: "refund_approval_expired", person: "usr_owner" },
    ]);
  });
});
