import { expect, test } from "vitest";
import { watchWeb } from "./health-checks.mjs";

/** Runs the watch once per answer: `x` is no answer, `r` a restart that it caused. */
async function watched(answers: string): Promise<string> {
  const fixture = { ending: false };
  const left = [...answers];
  let story = "";
  await watchWeb(
    fixture,
    {
      logFile: "web.log",
      restart: () => {
        story += "r";
      },
    },
    {
      say: () => {},
      everyMs: 0,
      async answers() {
        const answer = left.shift() ?? "";
        story += answer;
        if (left.length === 0) fixture.ending = true;
        return answer === ".";
      },
    },
  );
  return story;
}

test("a web process without six answers in a row is restarted, and gets time to start", async () => {
  expect(await watched("..xxxxxx.xxxxx.xxxxxxxxxxxx.")).toBe("..xxxxxxr.xxxxx.xxxxxxrxxxxxxr.");
});

test("nothing is restarted during shutdown", async () => {
  expect(await watched("xxxxxx")).toBe("xxxxxx");
});
