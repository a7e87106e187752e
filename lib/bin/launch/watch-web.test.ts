import { expect, test } from "vitest";
import { watchWeb } from "./watch-web.mjs";

/** Lets the watch ask as often as there are answers; `x` is silence, `r` a restart that it brought about. */
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

test("a web process that is silent six times in a row is started anew, and has its time to come up again", async () => {
  expect(await watched("..xxxxxx.xxxxx.xxxxxxxxxxxx.")).toBe("..xxxxxxr.xxxxx.xxxxxxrxxxxxxr.");
});

test("nothing is started when all is ending", async () => {
  expect(await watched("xxxxxx")).toBe("xxxxxx");
});
