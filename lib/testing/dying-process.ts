import { changeTellerOf } from "#lib/storage/changed-orders.ts";
import { openDatabase } from "#lib/storage/client.ts";
import { paymentFixture } from "./payment-fixture.ts";

// A process that books a payment and dies before it has told anybody: lib/live/untold-change.db.test.ts.

const database = openDatabase({ url: process.argv[2] ?? "", poolSize: 4 });
const { payments, gateways, wechat, order, open } = await paymentFixture(database);
const { id } = await order();
const notice = gateways.noticeOfPayment(wechat.pay(await open(id)));
await changeTellerOf(database.pool).flush();
process.once("message", async () => {
  await payments.receiveNotification(notice);
  // It is committed, and would be told some milliseconds later.
  process.kill(process.pid, "SIGKILL");
});
process.send?.({ orderId: id });
