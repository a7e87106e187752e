import type { EmbedText } from "#lib/texts/zh-CN/embed.ts";

// What opens over the shop's page. Styles are set by script alone: a page's policy allows them where it allows this script.

export interface PayFrame {
  readonly window: () => Window | null;
  close(): void;
}

interface FrameOptions {
  readonly address: string;
  readonly words: EmbedText;
  readonly onClose: () => void;
}

const NARROW = "(max-width: 640px)";

/** A sheet from below on a phone, a dialog on a wide screen. It takes the focus, and gives it back. */
export function openFrame({ address, words, onClose }: FrameOptions): PayFrame {
  const overlay = make("div", {
    ...{ position: "fixed", top: "0", right: "0", bottom: "0", left: "0", zIndex: "2147483647", display: "flex" },
    ...{ justifyContent: "center", background: "rgba(0,0,0,.55)" },
  });
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const colors = isDark ? { background: "#0c100e", color: "#a8b3ac" } : { background: "#f3f5f1", color: "#4b564f" };
  const box = make("div", { display: "flex", flexDirection: "column", overflow: "hidden", ...colors });
  const frame = make("iframe", { width: "100%", flex: "1", border: "0" });
  // A line of its own: the page below has things to touch in its corners.
  const button = make("button", {
    ...{ alignSelf: "flex-end", flex: "none", width: "44px", height: "44px", border: "0", padding: "0" },
    ...{ font: "24px/1 sans-serif", cursor: "pointer", color: "inherit", background: "transparent" },
  });
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-label", words.title);
  Object.assign(frame, { src: address, title: words.title, allow: "clipboard-write" });
  Object.assign(button, { type: "button", textContent: "×" });
  button.setAttribute("aria-label", words.close);
  box.append(button, frame);
  overlay.append(box);

  const root = document.documentElement;
  const { overflow } = root.style;
  const before = document.activeElement as HTMLElement | null;
  const narrow = matchMedia(NARROW);
  const lay = () => layOut(overlay, box, narrow.matches);
  const press = ({ key }: KeyboardEvent) => void (key === "Escape" && onClose());
  const keepFocus = ({ target }: FocusEvent) => void (overlay.contains(target as Node) || button.focus());
  button.onclick = onClose;
  overlay.onclick = ({ target }) => void (target === overlay && onClose());
  document.addEventListener("keydown", press);
  document.addEventListener("focusin", keepFocus);
  // Safari 13 has no addEventListener here.
  narrow.addListener(lay);
  root.style.overflow = "hidden";
  lay();
  document.body.append(overlay);
  button.focus();
  rise(box);
  return {
    window: () => frame.contentWindow,
    close() {
      document.removeEventListener("keydown", press);
      document.removeEventListener("focusin", keepFocus);
      narrow.removeListener(lay);
      overlay.remove();
      root.style.overflow = overflow;
      before?.focus?.();
    },
  };
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, style: Partial<CSSStyleDeclaration>) {
  const element = document.createElement(tag);
  Object.assign(element.style, style);
  return element;
}

function layOut(overlay: HTMLElement, box: HTMLElement, isSheet: boolean): void {
  overlay.style.alignItems = isSheet ? "flex-end" : "center";
  Object.assign(box.style, {
    width: isSheet ? "100%" : "30rem",
    height: isSheet ? "90%" : "46rem",
    maxWidth: "100%",
    maxHeight: "96%",
    borderRadius: isSheet ? "16px 16px 0 0" : "16px",
  });
}

function rise(box: HTMLElement): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  box.animate?.([{ transform: "translateY(2rem)", opacity: 0 }, {}], { duration: 180, easing: "ease-out" });
}
