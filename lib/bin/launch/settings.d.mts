export interface LauncherSettings {
  readonly port: number;
  readonly sandboxPort: number;
  readonly host: string | undefined;
  readonly webProcesses: number;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly listenUrl: string | undefined;
  readonly masterKey: string | undefined;
  readonly paymentConfig: string;
  readonly sandboxApi: "v3" | "v2";
}

export function readSettings(env?: Record<string, string | undefined>): LauncherSettings;
export function sandboxConfig(settings: Pick<LauncherSettings, "dataDir" | "sandboxApi">): string;
export function openDataFolder(folder: string, options?: { embedded?: boolean }): void;
