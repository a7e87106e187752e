export * from "./rhythm.ts";
export * from "./signals.ts";
export { type ShareModel, type ShareVerdict, watchShare } from "./watch-share.ts";
