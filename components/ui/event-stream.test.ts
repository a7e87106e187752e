import { expect, test } from "vitest";
import { followStream } from "./event-stream.ts";

test("an engine without EventSource is left to its polling: nothing is asked of its document, and ending it is harmless", () => {
  // As in Node: there is no document either, so that a first step would fail.
  expect(globalThis.EventSource).toBeUndefined();
  const heard: string[] = [];
  const end = followStream({ address: "/events", event: "status", onData: (data) => heard.push(data) });
  end();
  expect(heard).toEqual([]);
});
