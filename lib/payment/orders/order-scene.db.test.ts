import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { SCENE_KNOWLEDGE_FRESH_MS } from "#lib/base/limits.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { paymentStore } from "#lib/storage/paying/payment-store.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: an order knows what it is for, the merchant's word wins at once, and nothing of it stands in the way of an order.
let fixture: PaymentFixture;
let pool: PaymentFixture["database"]["pool"];
beforeAll(async () => {
  fixture = await paymentFixture();
  pool = fixture.database.pool;
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await pool.query("delete from scene_corrections");
  await pool.query("update merchant set industry = null");
});

/** A process that has read nothing yet. */
const fresh = () => new PaymentProcessor({ ...fixture.deps, store: paymentStore(pool) });
const item = (name: string, price = 18) => ({ name, price, quantity: 1 });
const LATTE = { items: [item("燕麦拿铁")] };

test.each([
  ["what is on the bill", { items: [item("宫保鸡丁盖饭"), item("酸梅汤", 6)] }, "dining"],
  ["a number plate", { items: [item("费用")], metadata: { plate: "沪A12345" } }, "parking"],
  ["the shop's own word", { items: [item("燕麦拿铁")], metadata: { scene: "donation" } }, "donation"],
  ["where it is brought", { items: [item("宫保鸡丁盖饭")], metadata: { deliveryAddress: "南京路 1 号" } }, "takeaway"],
])("%s decides", async (_name, request, scene) => {
  const order = await fresh().createOrder(request);
  expect(order.scene).toBe(scene);
  expect(order.sceneDetail?.reasons.length).toBeGreaterThan(0);
  expect(await fresh().order(order.id)).toEqual(order);
});

test("nothing that could be known is the generic scene, and says so", async () => {
  const order = await fresh().createOrder({ items: [item("订单")] });
  expect(order).toMatchObject({ scene: "other", sceneDetail: { fallback: true } });
});

test("the industry that the shop declared is counted in", async () => {
  await pool.query("update merchant set industry = 'parking'");
  const order = await fresh().createOrder({ items: [item("费用")] });
  expect(order.scene).toBe("parking");
  expect(order.sceneDetail?.reasons[0]).toMatchObject({ signal: "industry", value: "parking", text: "商户行业“停车”" });
  const kept = await pool.query("select scene_decision -> 'reasons' -> 0 as reason from orders where id = $1", [
    order.id,
  ]);
  expect(kept.rows).toMatchObject([{ reason: { signal: "industry", value: "parking" } }]);
  expect(Object.keys(kept.rows[0].reason), "no sentence is stored").not.toContain("text");
});

test("reasons of a sensitive scene name no goods", async () => {
  const order = await fresh().createOrder({ items: [item("布洛芬缓释胶囊 挂号费")], metadata: { patientNo: "7" } });
  expect(order.scene).toBe("healthcare");
  expect(JSON.stringify(order.sceneDetail)).not.toContain("布洛芬");
});

test("a correction wins for the next order at once, in another process within a moment, and is written down", async () => {
  const [here, there] = [fresh(), fresh()];
  const first = await here.createOrder(LATTE);
  await there.createOrder(LATTE);
  expect(first.scene).toBe("dining");
  const corrected = await here.correctScene({ orderId: first.id, scene: "membership", saidBy: "boss@shop.example" });
  expect(corrected).toMatchObject({
    scene: "membership",
    sceneDetail: { confidence: 1, reasons: [{ signal: "correction" }] },
  });
  expect((await here.createOrder({ items: [item("燕麦 拿铁".replace(" ", ""))] })).scene).toBe("membership");
  expect((await here.createOrder({ items: [item("ＬＡＴＴＥ")] })).scene).not.toBe("membership");
  await new Promise((resolve) => setTimeout(resolve, SCENE_KNOWLEDGE_FRESH_MS));
  expect((await there.createOrder(LATTE)).scene).toBe("membership");
  const [said] = await listAudit(pool, { subjects: [first.id], limit: 1 });
  expect(said).toMatchObject({ actor: "boss@shop.example", action: "order.scene", detail: { scene: "membership" } });
});

test("the last word on a thing stands", async () => {
  const payments = fresh();
  const { id: orderId } = await payments.createOrder(LATTE);
  await payments.correctScene({ orderId, scene: "retail", saidBy: "a" });
  await payments.correctScene({ orderId, scene: "vending", saidBy: "b" });
  expect((await payments.createOrder(LATTE)).scene).toBe("vending");
});

test("only the items that are named are spoken of", async () => {
  const payments = fresh();
  const order = await payments.createOrder({ items: [item("燕麦拿铁"), item("帆布袋", 60)] });
  const bag = order.items[1]?.id ?? "";
  await payments.correctScene({ orderId: order.id, scene: "ecommerce", itemIds: [bag], saidBy: "a" });
  const said = await pool.query("select item_text from scene_corrections");
  expect(said.rows).toEqual([{ item_text: "帆布袋" }]);
  expect((await payments.createOrder(LATTE)).scene).toBe("dining");
  expect((await payments.createOrder({ items: [item("帆布袋")] })).scene).toBe("ecommerce");
});

test("corrections shift what is expected of things without a correction", async () => {
  const before = await fresh().createOrder({ items: [item("订单")] });
  const values = Array.from({ length: 400 }, (_, at) => `词${at}`);
  await pool.query(
    `insert into scene_corrections (item_text, scene, order_id, said_by, corrected_at)
     select text, 'services', $2, 'a', clock_timestamp() from unnest($1::text[]) as text`,
    [values, before.id],
  );
  expect(before.scene).toBe("other");
  expect((await fresh().createOrder({ items: [item("订单")] })).scene).toBe("services");
});

test("an order or an item that is not there is refused, and nothing is kept", async () => {
  const payments = fresh();
  const missing = { orderId: "ord_0000000000000000000000", scene: "retail", saidBy: "a" } as const;
  await expect(payments.correctScene(missing)).rejects.toMatchObject({ code: "not_found" });
  const { id: orderId } = await payments.createOrder(LATTE);
  const strange = { orderId, scene: "retail" as const, itemIds: ["itm_0"], saidBy: "a" };
  await expect(payments.correctScene(strange)).rejects.toMatchObject({ code: "invalid_request" });
  expect((await pool.query("select from scene_corrections")).rowCount).toBe(0);
});

test("an order is made without a scene when nothing can be known", async () => {
  const warned: string[] = [];
  const broken = {
    ...fixture.deps.store,
    scenes: { ...fixture.deps.store.scenes, knowledge: () => Promise.reject("x") },
  };
  const log = { ...fixture.deps.log, error: (event: string) => void warned.push(event) };
  const order = await new PaymentProcessor({ ...fixture.deps, store: broken, log }).createOrder(LATTE);
  expect(order).toMatchObject({ status: "pending", scene: null, sceneDetail: null });
  expect(warned).toEqual(["scene.failed"]);
});

test("a donation by the merchant's word gets no discount", async () => {
  const payments = fresh();
  await payments.promotions.create({
    id: "off",
    name: "立减",
    type: "amount_off",
    phase: "order",
    priority: 0,
    off: 100,
  });
  const { id: orderId, amountDiscount } = await payments.createOrder(LATTE);
  expect(amountDiscount).toBe(100);
  await payments.correctScene({ orderId, scene: "donation", saidBy: "a" });
  expect(await payments.createOrder(LATTE)).toMatchObject({ scene: "donation", amountDiscount: 0 });
  await payments.promotions.archive("off");
});
