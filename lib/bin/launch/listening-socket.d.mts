export function openListeningSocket(at: { port: number; host?: string }): Promise<number | undefined>;
