// The front door of the smart part: from outside, import this file only.
export * from "./scene/index.ts";
