import type { DoctorText } from "../zh-CN/doctor.ts";

export const doctor: DoctorText = {
  title: "Check-up",
  intro:
    "Looks at credentials, the connection to WeChat Pay, notices, certificates and this machine, within ten seconds. It only looks and changes nothing.",
  start: "Start the check-up",
  again: "Check again",
  running: "Checking, ten seconds at most…",
  results: { ok: "ok", warning: "warning", failed: "failed", not_applicable: "not applicable", unknown: "unknown" },
  summary: {
    ok: "All is well",
    warning: "It works; see to the warnings",
    failed: "Something is wrong: do what is said below",
  },
  next: "Next:",
  took: "took {seconds} s",
  others: "Everything else",
  all: "The checks",
};
