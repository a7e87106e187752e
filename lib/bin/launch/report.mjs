// The launchers' output. Everything goes to `out`, so that a tool can keep its stdout for its own result.

const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** A failure that one line explains; no stack is shown. */
export class Refusal extends Error {}

export function reporter(out = process.stdout) {
  // The reader may go away (`npm start | head`): the shop goes on.
  if (out.listenerCount("error") === 0) out.on("error", () => {});
  const say = (line) => out.write(`${line}\n`);
  return {
    say,
    /** Runs `work` as a named step: says that it begins where it may take long, and always how long it took. */
    async step(name, work, { slow } = {}) {
      const since = Date.now();
      if (slow) say(`… ${name}: ${slow}`);
      const remark = await work();
      say(`✓ ${name} (${seconds(since)})${typeof remark === "string" ? ` – ${remark}` : ""}`);
    },
  };
}

/** A failure as one line; its stack only if there is no message. */
export function explain(cause) {
  if (!(cause instanceof Error)) return String(cause);
  return cause instanceof Refusal ? cause.message : cause.message.split("\n")[0] || (cause.stack ?? "unknown failure");
}
