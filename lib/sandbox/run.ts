import { type Sandbox, type SandboxOptions, startSandbox } from "./server.ts";

/** Makes this process a sandbox. Exit code 0 after SIGTERM or SIGINT, 1 when it cannot start. */
export async function runSandbox(options: SandboxOptions): Promise<void> {
  let sandbox: Sandbox | null = null;
  // Before the start: a signal may come while the keys are being made, and then nothing is lost.
  const stop = () => {
    if (sandbox === null) process.exit(0);
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  try {
    sandbox = await startSandbox(options);
    process.stdout.write(`sandbox listening on ${sandbox.url}\n`);
  } catch (cause) {
    process.stderr.write(`sandbox: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exit(1);
  }
}
