export * from "./gateway.ts";
export * from "./learner.ts";
export * from "./offers.ts";
export * from "./orders.ts";
export * from "./promotions.ts";
export * from "./refunds.ts";
export * from "./scenes.ts";
export * from "./store.ts";
