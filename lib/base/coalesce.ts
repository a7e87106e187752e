/**
 * Shares reads of one key among callers: whoever asks while a read is under way gets the next one, which starts after
 * they asked, so nobody is handed something older than their question. At most two reads per key are alive at a time.
 */
export function coalesce<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Promise<Value>>();

  function start(key: string): Promise<Value> {
    const reading = read(key);
    const settled = reading.then(ignore, ignore).then(() => {
      if (running.get(key) === settled) running.delete(key);
    });
    running.set(key, settled);
    return reading;
  }

  return (key) => {
    const before = running.get(key);
    if (before === undefined) return start(key);
    const shared = waiting.get(key);
    if (shared !== undefined) return shared;
    const next = before.then(() => {
      waiting.delete(key);
      return start(key);
    });
    waiting.set(key, next);
    return next;
  };
}

const ignore = (): void => {};
