export function watchWeb(
  product: { readonly ending: boolean },
  web: { readonly logFile: string; restart(options: { timeoutMs: number }): void },
  options: { answers: () => Promise<boolean>; say: (text: string) => void; everyMs?: number },
): Promise<void>;
