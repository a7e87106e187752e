export function isWorthCollecting(look: {
  readonly busyShare: number;
  readonly heapBytes: number;
  readonly leftBytes: number | null;
}): boolean;
/** Collects what is left over whenever this process is quiet. @returns ends it */
export function giveBackMemory(): () => void;
export function collectGarbage(): void;
