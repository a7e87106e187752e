const GONE_WITHIN_MS = 1_000;

/** Whether the entry of the history that is shown stands for the sheet. */
export const isSheetEntry = (): boolean => history.state?.lingfuSheet === true;

/**
 * One entry of the history stands for the sheet: going back takes the sheet away and leaves the shop's page where it is. What the
 * shop's router keeps in the entry before is kept in this one, too.
 *
 * @returns takes the entry away; to be waited for before anything else goes somewhere
 */
export function holdBack(onBack: () => void): () => Promise<void> {
  const { state } = history;
  try {
    // Left over from a reload with an open sheet: it serves again.
    if (!isSheetEntry()) history.pushState({ ...(typeof state === "object" ? state : null), lingfuSheet: true }, "");
  } catch {
    // A page in a sandbox, or one that has pushed too often: its back button leaves it, as before.
  }
  const leave = () => void (isSheetEntry() || onBack());
  addEventListener("popstate", leave);
  return () => {
    removeEventListener("popstate", leave);
    return new Promise((resolve) => {
      if (!isSheetEntry()) return resolve();
      addEventListener("popstate", () => resolve(), { once: true });
      // Where the pay page has left entries of its own behind, going back once may change nothing here.
      setTimeout(resolve, GONE_WITHIN_MS);
      history.back();
    });
  };
}
