// What the launchers say. Everything goes to `out`, so that tools whose stdout belongs to someone else can be quiet.

const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** A failure that one line explains; no stack is shown. */
export class Refusal extends Error {}

export function reporter(out = process.stdout) {
  // Whoever read us may go away (`npm start | head`): the shop goes on without a listener.
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

/** Shows a failure as one line, with its stack only where nobody foresaw it. */
export function explain(cause) {
  if (!(cause instanceof Error)) return String(cause);
  return cause instanceof Refusal ? cause.message : cause.message.split("\n")[0] || (cause.stack ?? "unknown failure");
}
