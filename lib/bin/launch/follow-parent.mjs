// Preloaded into every child of the launcher (`node --import`): when the launcher dies, also by kill -9, the child
// ends too, so that nothing holds a port or a connection when the next start comes.
process.channel?.unref();
process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 5_000).unref();
});
