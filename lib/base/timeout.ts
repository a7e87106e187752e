/**
 * The result of `work`, or of `onTimeout` when it takes longer. Work that is late goes on by itself; what it throws then is
 * not seen by anyone.
 */
export async function withTimeout<Value, Late = Value>(
  work: Promise<Value>,
  ms: number,
  onTimeout: () => Late,
): Promise<Value | Late> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Late>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(onTimeout());
      } catch (cause) {
        reject(cause);
      }
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
