import { type Sandbox, type SandboxOptions, startSandbox } from "./server.ts";

/** Makes this process a sandbox. SIGTERM and SIGINT end it with exit code 0; what keeps it from starting ends it with 1. */
export async function runSandbox(options: SandboxOptions): Promise<void> {
  let sandbox: Sandbox | null = null;
  // First of all: a signal may come while the keys are still being made, and nothing is lost by then.
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
