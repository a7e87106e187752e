// The launcher's output. Everything goes to `out`, so that a tool can use its stdout for its own result.

const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** A failure that one line explains; no stack is shown. */
export class Refusal extends Error {}

export function reporter(out = process.stdout) {
  // The reader may close the pipe (`npm start | head`); the shop keeps running.
  if (out.listenerCount("error") === 0) out.on("error", () => {});
  const say = (line) => out.write(`${line}\n`);
  return {
    say,
    /** Runs `work` as a named step: prints how long it took, and before a slow one that it begins. */
    async step(name, work, { slow } = {}) {
      const since = Date.now();
      if (slow) say(`… ${name}: ${slow}`);
      const remark = await work();
      say(`✓ ${name} (${seconds(since)})${typeof remark === "string" ? ` – ${remark}` : ""}`);
    },
  };
}

/** A failure as one line; the stack only if it has no message. */
export function explain(cause) {
  if (!(cause instanceof Error)) return String(cause);
  return cause instanceof Refusal ? cause.message : cause.message.split("\n")[0] || (cause.stack ?? "unknown failure");
}
