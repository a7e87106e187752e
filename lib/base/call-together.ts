import { AppError } from "./app-error.ts";

/** As many as may wait for a database connection. */
const WAITING_MAX = 1_000;
const FULL_RETRY_S = 2;

/** Calls that are answered together. */
export interface CallingTogether<Call, Answer> {
  /** Runs that may be under way at once. */
  readonly lanes: number;
  /** Calls of one run. */
  readonly callsMax: number;
  readonly waitingMax?: number;
  /** One run; answers in the order of the calls. */
  readonly runAll: (calls: readonly Call[]) => Promise<readonly Answer[]>;
  /** Whether a run that failed like this has changed nothing, so that each of its calls may run by itself. */
  readonly mayRunAlone?: (cause: unknown) => boolean;
}

interface Waiting<Call, Answer> {
  readonly call: Call;
  resolve(answer: Answer): void;
  reject(cause: unknown): void;
}

/**
 * Answers calls together under load: what comes while every lane is taken waits for the next one and goes with all that wait. A
 * call that finds a lane free goes at once, so nobody waits for company. Each has its own answer, and one that makes a run fail
 * spoils no other, since all of that run go again by themselves.
 * @throws AppError `unavailable` where too many wait
 */
export function callTogether<Call, Answer>(together: CallingTogether<Call, Answer>): (call: Call) => Promise<Answer> {
  const { lanes, callsMax, waitingMax = WAITING_MAX, runAll } = together;
  const waiting: Waiting<Call, Answer>[] = [];
  let busy = 0;

  async function drive(): Promise<void> {
    busy++;
    while (waiting.length > 0) await answerAll(together, waiting.splice(0, callsMax));
    busy--;
  }

  return (call) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= waitingMax)
        throw new AppError("unavailable", "too many calls wait for the database", { retryAfterS: FULL_RETRY_S });
      waiting.push({ call, resolve, reject });
      if (busy < lanes) void drive();
    });

  async function answerAll(
    { mayRunAlone = () => false }: CallingTogether<Call, Answer>,
    taken: readonly Waiting<Call, Answer>[],
  ): Promise<void> {
    try {
      const answers = await runAll(taken.map(({ call }) => call));
      taken.forEach(({ resolve }, place) => {
        resolve(answers[place] as Answer);
      });
    } catch (cause) {
      if (taken.length === 1 || !mayRunAlone(cause)) for (const { reject } of taken) reject(cause);
      else for (const one of taken) await answerAll(together, [one]);
    }
  }
}
