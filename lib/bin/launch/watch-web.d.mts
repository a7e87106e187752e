export function watchWeb(
  product: { readonly ending: boolean },
  web: { readonly logFile: string; restart(options: { patienceMs: number }): void },
  options: { answers: () => Promise<boolean>; say: (text: string) => void; everyMs?: number },
): Promise<void>;
