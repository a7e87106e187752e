import { DOOR_CALLS } from "#lib/base/call-budgets.ts";

// Asks for a page and for the notify address as shoppers and WeChat do: by our public address, through name server, certificate and
// proxy. No number of payments is needed to see that they are away.

interface DoorState {
  /** `unknown`: never reached by this process, which may be unable to reach its own public address at all. */
  readonly state: "up" | "down" | "unknown";
  readonly problem: string | null;
}

export interface DoorWatch {
  /** One look; away are our doors after two in a row that found none, where an earlier one had found them. */
  look(): Promise<DoorState>;
}

const MISSES = 2;
/** A page that there is not, and an address that takes other methods: both answer, and neither leaves a trace. */
const DOORS = [
  { path: "/pay/lingfu-doctor", isOurs: (status: number) => status < 500 },
  { path: "/payment/notify", isOurs: (status: number) => status === 405 },
] as const;

export function createDoorWatch({ publicUrl }: { readonly publicUrl: string }): DoorWatch {
  let [wasUp, misses] = [false, 0];
  return {
    async look() {
      const problem = await firstProblem(publicUrl);
      misses = problem === null ? 0 : misses + 1;
      wasUp ||= problem === null;
      if (!wasUp || (misses > 0 && misses < MISSES)) return { state: "unknown", problem };
      return { state: problem === null ? "up" : "down", problem };
    },
  };
}

async function firstProblem(publicUrl: string): Promise<string | null> {
  for (const { path, isOurs } of DOORS) {
    try {
      const signal = AbortSignal.timeout(DOOR_CALLS.watchMs);
      const answer = await fetch(`${publicUrl}${path}`, { redirect: "manual", signal });
      await answer.body?.cancel();
      if (!isOurs(answer.status)) return `HTTP ${answer.status}: ${publicUrl}${path}`;
    } catch (cause) {
      const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
      const code =
        inner instanceof Error && "code" in inner ? String(inner.code) : inner instanceof Error ? inner.name : "lost";
      return `${code}: ${publicUrl}${path}`;
    }
  }
  return null;
}
