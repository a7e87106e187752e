export function importRules(options: { folder: string; output: string }): string[];
