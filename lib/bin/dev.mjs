// npm run dev: like npm start; pages reload by themselves, the other processes restart when a source changes.
import { watch } from "node:fs";
import { inRoot } from "./launch/runtime.mjs";
import { startAll } from "./launch/start-all.mjs";

const SETTLE_MS = 200;

const product = await startAll({ dev: true });
let timer;
watch(inRoot("lib"), { recursive: true }, (_event, file) => {
  if (!file || !/\.(ts|mjs)$/.test(file) || file.endsWith(".test.ts")) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const child of product?.children ?? []) if (child.name !== "web") child.restart();
  }, SETTLE_MS);
});
