export function importRules(options: { folder: string; output: string }): string[];
export function lockProblems(file: string): string[];
