export { type Jobs, type JobsOptions, type ScheduledTask, startJobs, type Task } from "./worker.ts";
