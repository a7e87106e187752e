import "server-only";
import { CONTAINER_SYMBOL, type Container } from "#lib/http/container.ts";

const shared = globalThis as { [CONTAINER_SYMBOL]?: Promise<Container> };

/** The container of this process: the one our own server has put there, or under plain `next start` one of our own. */
export function openContainer(): Promise<Container> {
  shared[CONTAINER_SYMBOL] ??= composeOwn();
  return shared[CONTAINER_SYMBOL];
}

async function composeOwn(): Promise<Container> {
  try {
    const { compose } = await import("#lib/compose.ts");
    return await compose({ process: "web", stopping: new AbortController().signal });
  } catch (cause) {
    // The next request tries again: the database may only be late.
    delete shared[CONTAINER_SYMBOL];
    throw cause;
  }
}
