import { expect, test } from "vitest";
import { keepScreenOn } from "./use-awake.ts";

// Goal: the screen stays on while the counter is shown: the lock is asked for, asked for anew once the page was hidden, and given back.
// Method: the page and the browser's locks are played by the test, as the system does it.

class Page extends EventTarget {
  hidden = false;
  /** The system takes the lock of a page that is hidden. */
  show(isShown: boolean, locks: Locks) {
    this.hidden = !isShown;
    if (!isShown) locks.takeAll();
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

class Locks {
  refuses = false;
  readonly given: { released: boolean; release(): Promise<void> }[] = [];
  async request() {
    if (this.refuses) throw new DOMException("low battery", "NotAllowedError");
    const lock = {
      released: false,
      async release() {
        lock.released = true;
      },
    };
    this.given.push(lock);
    return lock;
  }
  takeAll() {
    for (const lock of this.given) lock.released = true;
  }
  /** How often it was asked for, and how many are held. */
  get held() {
    return [this.given.length, this.given.filter(({ released }) => !released).length];
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function started(page = new Page(), locks = new Locks()) {
  const states: string[] = [];
  const end = keepScreenOn(page as unknown as Document, locks, (state) => states.push(state));
  return { page, locks, states, end };
}

test("it is asked for once, anew after the page was hidden, and given back at the end", async () => {
  const { page, locks, states, end } = started();
  await settled();
  expect([locks.held, states]).toEqual([[1, 1], ["awake"]]);
  page.show(false, locks);
  await settled();
  expect(locks.held).toEqual([1, 0]);
  page.show(true, locks);
  await settled();
  expect(locks.held).toEqual([2, 1]);
  // Seen anew without having been hidden: one is enough.
  page.show(true, locks);
  await settled();
  expect(locks.held).toEqual([2, 1]);
  end();
  page.show(true, locks);
  await settled();
  expect(locks.held).toEqual([2, 0]);
});

test("a lock that comes after the page was left is given back", async () => {
  const { locks, states, end } = started();
  end();
  await settled();
  expect([locks.held, states]).toEqual([[1, 0], []]);
});

test("one that is refused is asked for again when the page is seen again; a browser without locks says so", async () => {
  const { page, locks, states } = started(new Page(), Object.assign(new Locks(), { refuses: true }));
  await settled();
  locks.refuses = false;
  page.show(true, locks);
  await settled();
  expect([locks.held, states]).toEqual([
    [1, 1],
    ["unsupported", "awake"],
  ]);
  keepScreenOn(page as unknown as Document, null, (state) => states.push(state));
  expect(states.at(-1)).toBe("unsupported");
});
