export interface ThrowAwayPostgres {
  url(database?: string): string;
  stop(): Promise<void>;
}

export function startThrowAwayPostgres(): Promise<ThrowAwayPostgres>;
