export const CHECKED_AFTER: string;
export function migrationProblems(folder?: string, after?: string): Promise<string[]>;
