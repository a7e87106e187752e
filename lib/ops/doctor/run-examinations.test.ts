import { expect, test } from "vitest";
import { type CheckName, failed, ok, unknown } from "#lib/base/finding.ts";
import { plain } from "#lib/texts/sentence.ts";
import { runExaminations } from "./run-examinations.ts";

const resultOf = ({ findings }: Awaited<ReturnType<typeof runExaminations>>, check: CheckName) =>
  findings.find((each) => each.check === check)?.result;

test("an examination that hangs or breaks leaves its own checks unknown, and the others alone", async () => {
  const seen = await runExaminations([
    { checks: ["dns"], run: () => new Promise(() => undefined), limitMs: 10 },
    { checks: ["disk"], run: () => Promise.reject(new Error("no such folder")) },
    { checks: ["worker"], run: async () => [ok("worker", plain("at work"))] },
  ]);
  expect(seen.findings.map(({ check, result }) => [check, result])).toEqual([
    ["dns", "unknown"],
    ["worker", "ok"],
    ["disk", "unknown"],
  ]);
  expect(seen.result).toBe("ok");
});

test("one cause, one alarm: what follows from a failure says so instead of failing", async () => {
  const seen = await runExaminations([
    {
      checks: [],
      run: async () => [
        failed("database", plain("away")),
        failed("migrations", plain("?")),
        failed("worker", plain("?")),
      ],
    },
  ]);
  expect(["database", "migrations", "worker"].map((check) => resultOf(seen, check as CheckName))).toEqual([
    "failed",
    "unknown",
    "unknown",
  ]);
  expect(seen.result).toBe("failed");
});

test("a door that WeChat reached is excused for not being reached from here", async () => {
  const seen = await runExaminations([
    {
      checks: [],
      run: async () => [failed("notify_door", plain("ECONNREFUSED")), ok("notify_echo", plain("came in"))],
    },
  ]);
  expect(resultOf(seen, "notify_door")).toBe("ok");
});

test("of several findings of one check the gravest counts", async () => {
  const grave = [ok("app", plain("a")), failed("app", plain("b")), unknown("app", plain("c"))];
  expect(resultOf(await runExaminations([{ checks: [], run: async () => grave }]), "app")).toBe("failed");
});
