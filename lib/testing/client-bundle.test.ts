import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

// Goal: a browser gets the words of the reader's language alone. Method: follow what every client module imports, and its types not.

const DICTIONARIES = "lib/texts/language.ts";

const files = ["app", "components"].flatMap((place) =>
  readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\./.test(name))
    .map((name) => path.posix.join(place, name)),
);
const textOf = (file: string): string => readFileSync(file, "utf8");
const clientModules = files.filter((file) => /^"use client";/.test(textOf(file)));

/** What is there when the program runs: types are gone by then. */
function importsOf(file: string): string[] {
  const statements = textOf(file).matchAll(/^(?:import|export)\s+(?!type\b)([^;]*?)\s*from\s+"([^"]+)";/gm);
  return [...statements].flatMap(([, names = "", from = ""]) => {
    const onlyTypes = /^\{(\s*type\s[^,}]*,?)+\s*\}$/.test(names);
    const target = from.startsWith("#")
      ? from.slice(1)
      : from.startsWith(".")
        ? path.posix.join(path.posix.dirname(file), from)
        : "";
    return onlyTypes || !existsSync(target) ? [] : [target];
  });
}

/** The way from a client module to the dictionaries; empty where there is none. */
function wayToDictionaries(start: string): string[] {
  const cameFrom = new Map<string, string>([[start, ""]]);
  for (const file of cameFrom.keys()) {
    if (file === DICTIONARIES) {
      const way = [file];
      for (let before = cameFrom.get(file); before; before = cameFrom.get(before)) way.unshift(before);
      return way;
    }
    // A server action is called over the network, so nothing of it is in the bundle.
    if (file !== start && /^"use server";/.test(textOf(file))) continue;
    for (const next of importsOf(file)) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  return [];
}

test("no client module imports all words of every language", () => {
  expect(clientModules.length).toBeGreaterThan(10);
  expect(clientModules.map(wayToDictionaries).filter((way) => way.length > 0)).toEqual([]);
});

test("the walk finds a way where there is one", () => {
  expect(wayToDictionaries("lib/texts/pay.ts")).toEqual(["lib/texts/pay.ts", DICTIONARIES]);
});
