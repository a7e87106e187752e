import { open } from "node:fs/promises";

type LauncherChannel = Pick<NodeJS.Process, "on" | "send" | "channel">;

/** Answers the launcher's question whether this process is at work. One that can open no file could take no connection either. */
export function answerLauncher(channel: LauncherChannel): void {
  channel.on("message", (message: { readonly probe?: unknown } | null) => {
    if (message?.probe !== true) return;
    open("/dev/null").then(
      async (file) => {
        await file.close();
        channel.send?.({ alive: true });
      },
      () => {}, // Silence is the answer.
    );
  });
  // The channel alone keeps no process running.
  channel.channel?.unref();
}
