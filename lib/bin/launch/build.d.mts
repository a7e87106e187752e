export function markBuilt(): void;
