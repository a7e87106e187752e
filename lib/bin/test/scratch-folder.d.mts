export function moveScratchToMemory(places?: {
  readonly memory?: string;
  readonly mounts?: string;
  readonly environment?: Record<string, string | undefined>;
}): string | undefined;
