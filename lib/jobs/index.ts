export { type ScheduledTask, startJobs, type Task } from "./worker.ts";
