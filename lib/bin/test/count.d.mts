export interface Count {
  readonly passed: number;
  readonly failed: number;
}

export function countVitest(file: string, run: { code: number }): Count;
export function countPlaywright(file: string, run: { code: number }): Count;
