/**
 * Passes on together what is given within a moment, for writes that nobody waits for: one statement and one commit for many.
 * @returns resolves or fails with all that were passed on together
 */
export function gather<Thing>(
  pass: (things: readonly Thing[]) => Promise<void>,
  withinMs: number,
): (thing: Thing) => Promise<void> {
  let gathered: Thing[] = [];
  let passing: Promise<void> | null = null;
  const begin = () =>
    new Promise<void>((resolve, reject) => {
      setTimeout(() => {
        const things = gathered;
        gathered = [];
        passing = null;
        pass(things).then(resolve, reject);
      }, withinMs);
    });
  return (thing) => {
    gathered.push(thing);
    passing ??= begin();
    return passing;
  };
}
