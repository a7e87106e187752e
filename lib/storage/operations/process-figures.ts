import type pg from "pg";
import { run, statement } from "../transaction.ts";

// Stays SQL: hot path, as heartbeats.
const KEEP = statement("keep_process_figures")`
  insert into process_figures (process, figures, taken_at) values ($1, $2, now())
  on conflict (process) do update set figures = excluded.figures, taken_at = excluded.taken_at`;
const READ = statement("read_process_figures")`
  select process, figures from process_figures where taken_at > now() - $1 * interval '1 millisecond' order by process`;

export interface ProcessFigures {
  readonly process: string;
  /** Prometheus text. */
  readonly figures: string;
}

export async function keepFigures(pool: pg.Pool, { process, figures }: ProcessFigures): Promise<void> {
  await run(pool, KEEP, [process, figures]);
}

export async function readFigures(pool: pg.Pool, withinMs: number): Promise<ProcessFigures[]> {
  return (await run<ProcessFigures>(pool, READ, [withinMs])).rows;
}

export async function dropFigures(pool: pg.Pool, process: string): Promise<void> {
  await pool.query("delete from process_figures where process = $1", [process]);
}
