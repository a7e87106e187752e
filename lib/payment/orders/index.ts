export { closeOrder } from "./close-order.ts";
export { type CreateOrderResult, createOrder } from "./create-order.ts";
export { type CorrectScene, correctScene, type OrderSource } from "./order-scene.ts";
export { type ListedOrders, listOrders, type OpenedPage, openPage, readOrder, readStatus } from "./read-orders.ts";
export { type RecoveredAttempt, recoverOrder } from "./recover-order.ts";
