// What is in the memory of a process stays there, the master key and the passwords above all. For the first import of every process.

// A diagnostic report of Node, where an operator or a crash asks for one, holds the whole environment otherwise.
if (process.report) process.report.excludeEnv = true;

// Node opens its debugger on this signal, to everybody on the machine. A listener takes the signal instead; with `--disable-sigusr1`,
// which Node 20 does not know, it would end the process.
process.on("SIGUSR1", () => {
  console.error(
    "SIGUSR1 opens no debugger here: it would show what is in memory. To debug, start with NODE_OPTIONS=--inspect",
  );
});
