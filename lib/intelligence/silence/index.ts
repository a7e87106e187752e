export * from "./rhythm.ts";
export * from "./signals.ts";
export { watchShare } from "./watch-share.ts";
