import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { product } from "./product.ts";

/** What the running product must never show anybody, by name: its master key, its database's passwords, what the sandbox signs with. */
function productSecrets(): ReadonlyMap<string, string> {
  const file = (...names: string[]) => readFileSync(path.join(product.dataDir, ...names), "utf8").trim();
  const found = new Map([["master key", file("master.key")]]);
  const cluster = path.join(product.dataDir, "postgres", "cluster");
  for (const name of readdirSync(cluster).filter((each) => /password$/.test(each))) {
    found.set(`database's ${name}`, file("postgres", "cluster", name));
  }
  const configuration = JSON.parse(file("sandbox", "payment_config.json")) as Record<string, unknown>;
  for (const [name, value] of Object.entries(configuration)) {
    if (typeof value !== "string" || !/key|secret/.test(name) || /public|_id$|path/.test(name)) continue;
    // A PEM is searched for by a line of it.
    found.set(`WeChat's ${name}`, value.includes("-----") ? (value.split("\n")[3] ?? value) : value);
  }
  if (found.size < 6) throw new Error(`there have to be more secrets than ${[...found.keys()]}`);
  return found;
}

/** The names of the secrets that a text holds, as they are or in an address. */
export const secretsIn = (text: string): string[] =>
  [...productSecrets()].flatMap(([name, secret]) =>
    text.includes(secret) || text.includes(encodeURIComponent(secret)) ? [name] : [],
  );
