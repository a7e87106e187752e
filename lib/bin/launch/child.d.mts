export interface KeptChild {
  readonly name: string;
  /** How often it has ended by itself. */
  readonly deaths: number;
  stop(timeoutMs: number): Promise<void>;
  replace(options: { startMs: number; stopMs: number }): Promise<void>;
  answers(timeoutMs: number): Promise<boolean>;
}

export function keepAlive(options: {
  readonly name: string;
  readonly entry: string;
  readonly environment: () => Record<string, string | undefined>;
  readonly logFile: string;
  readonly say: (line: string) => void;
  readonly socketFd?: number | undefined;
  readonly program?: () => string;
}): KeptChild;
