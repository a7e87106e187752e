// The front door of the smart part: from outside, import this file only.

export * from "./behaviour/index.ts";
export * from "./learner/index.ts";
export * from "./page/index.ts";
export * from "./promotions/index.ts";
export * from "./scene/index.ts";
export * from "./silence/index.ts";
