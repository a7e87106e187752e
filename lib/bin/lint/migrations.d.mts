export function migrationProblems(folder?: string, after?: string): Promise<string[]>;
