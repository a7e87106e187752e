import { hydrate, render } from "preact";
// Built once for each language, with that language's words.
import { payLive } from "#lib/texts/zh-CN/pay-live.ts";
import "./drawn-attributes.ts";
import { ISLAND_ID, readIsland } from "./island-data.ts";
import { LiveIsland } from "./live-island.tsx";
import { REDRAW_EVENT } from "./router.ts";

// The browser's part of the page lane: takes over the live part of the page, and fetches the page again when it is to be
// drawn anew. Its root is the island; what stands around it is the server's.

const ANSWER_WITHIN_MS = 8_000;

const root = document.getElementById(ISLAND_ID);
const island = readIsland(document, payLive);
if (root !== null && island !== null) {
  // In a task of its own: between the script and this a slow phone paints, and takes a touch.
  setTimeout(() => hydrate(<LiveIsland {...island} />, root));
  window.addEventListener(REDRAW_EVENT, () => void redraw(root));
}

/** An answer that is lost or is another page changes nothing: whoever wants the page anew asks again. */
async function redraw(root: HTMLElement): Promise<void> {
  const question = new AbortController();
  const timer = setTimeout(() => question.abort(), ANSWER_WITHIN_MS);
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", signal: question.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = readIsland(page, payLive);
    if (!answer.ok || fresh === null) return;
    render(<LiveIsland {...fresh} />, root);
    const [top, freshTop] = [document, page].map((each) => each.querySelector("main > header"));
    if (top && freshTop && top.outerHTML !== freshTop.outerHTML) top.replaceWith(freshTop);
  } catch {
    // The page goes on as it is.
  } finally {
    clearTimeout(timer);
  }
}
