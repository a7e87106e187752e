export interface LauncherSettings {
  readonly port: number;
  readonly sandboxPort: number;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly masterKey: string | undefined;
  readonly paymentConfig: string;
}

export function readSettings(env?: Record<string, string | undefined>): LauncherSettings;
export function openDataFolder(folder: string): void;
