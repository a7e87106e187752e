export interface PostgresServer {
  readonly pid: number;
  readonly port: number;
  /** The server was already running; the process that started it may still use it. */
  readonly attached: boolean;
  /** The folder that holds the cluster: `dataDir`, or a shared one where the server's account cannot enter that. */
  readonly base: string;
  readonly log: string;
  /** Connection address of the product's database, as the role that owns it; as superuser where it has no owner yet. */
  url(): string;
  /** As superuser; the database (default `lingfu`) need not exist. */
  superuserUrl(database?: string): string;
  /** What a backup of the whole cluster takes. */
  cluster(): {
    readonly superuserUrl: string;
    readonly secrets: { readonly superuser: string; readonly owner: string | null };
    readonly majorVersion: string;
  };
  /** @param timeoutMs how long it may take to write down what it holds in memory; its data is safe in any case */
  stop(timeoutMs?: number): Promise<void>;
  isAlive(): boolean;
}

export function startPostgres(options: { dataDir: string; durable: boolean; owned?: boolean }): Promise<PostgresServer>;
export function attachPostgres(options: { dataDir: string }): Promise<PostgresServer | undefined>;
