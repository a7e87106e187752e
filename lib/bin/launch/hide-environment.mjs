// A diagnostic report of Node, where an operator or a crash asks for one, holds the whole environment otherwise: the master key, passwords and
// what opens the backups. For the first import of every process.
if (process.report) process.report.excludeEnv = true;
