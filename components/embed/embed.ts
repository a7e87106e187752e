import { embed as english } from "#lib/texts/en/embed.ts";
import { embed as simplified } from "#lib/texts/zh-CN/embed.ts";
import { embed as traditional } from "#lib/texts/zh-HK/embed.ts";
import { holdBack, isSheetEntry } from "./back-button.ts";
import { openFrame } from "./frame.ts";

// public/embed.js is built from this (`npm run sdk`): Lingfu on a shop's own page.
//
//     <script src="https://pay.example.com/embed.js"></script>
//     Lingfu.pay(orderId or payUrl), or <button data-lingfu-pay="ord_…">
//
// The pay page opens over the shop's page where Lingfu lets that page frame it (EMBED_ORIGINS). Everywhere else, and inside
// WeChat, whose cashier a frame does not reach, the shopper goes to the pay page itself.

interface PayResult {
  readonly orderId: string;
  readonly status: string;
}

interface PayOptions {
  /** Each change of the order's status while the page is open. */
  readonly onStatus?: (status: string) => void;
}

/** What the pay page says; see components/pay/embed-script.ts. */
interface PageMessage {
  readonly lingfu?: number;
  readonly orderId?: string;
  readonly type?: "ready" | "status" | "close";
  readonly status?: string;
}

const LINGFU = new URL((document.currentScript as HTMLScriptElement).src).origin;
/** A page that has not spoken by then was kept out of the frame. */
const READY_WITHIN_MS = 8_000;
const SHOW_PAID_MS = 1_800;

let current: Promise<PayResult> | null = null;
/** While the current sheet closes: what comes then is opened after it, since going back would close that as well. */
let closing: Promise<unknown> | null = null;

/** @returns what became of the order, once the shopper has paid or closed the page; nothing where they left for the pay page */
function pay(order: string, options: PayOptions = {}): Promise<PayResult> {
  const orderId = idOf(order);
  const page = `${LINGFU}/pay/${orderId}`;
  if (/MicroMessenger/i.test(navigator.userAgent)) return leaveFor(page);
  if (current !== null && closing === null) return current;
  const before = closing ?? Promise.resolve();
  closing = null;
  const started: Promise<PayResult> = before
    .then(() => statusOf(orderId))
    .then(
      (status) => (status === "pending" ? open(orderId, page, options) : { orderId, status }),
      () => leaveFor(page),
    )
    .finally(() => {
      if (current === started) current = closing = null;
    });
  current = started;
  return started;
}

function idOf(order: string): string {
  const url = new URL(/^ord_/.test(order) ? `/pay/${order}` : order, LINGFU);
  const orderId = /^\/pay\/(ord_[0-9a-z]+)$/.exec(url.pathname)?.[1];
  if (url.origin !== LINGFU || orderId === undefined) {
    throw new TypeError("Lingfu.pay takes the id of an order, or its payUrl");
  }
  return orderId;
}

/** Lingfu answers another page only where that page may frame it. */
async function statusOf(orderId: string): Promise<string> {
  const signal = new AbortController();
  const timer = setTimeout(() => signal.abort(), READY_WITHIN_MS);
  try {
    const answer = await fetch(`${LINGFU}/api/orders/${orderId}/status`, {
      credentials: "omit",
      signal: signal.signal,
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return ((await answer.json()) as PayResult).status;
  } finally {
    clearTimeout(timer);
  }
}

function leaveFor(page: string): Promise<never> {
  // In the place of the sheet, so that going back leads to the shop's page.
  if (isSheetEntry()) location.replace(page);
  else location.assign(page);
  return new Promise(() => {});
}

function open(orderId: string, page: string, { onStatus }: PayOptions): Promise<PayResult> {
  return new Promise((resolve) => {
    let status = "pending";
    let isOpen = true;
    const unready = setTimeout(() => {
      frame.close();
      void leaveFor(page);
    }, READY_WITHIN_MS);
    const hear = ({ origin, source, data }: MessageEvent<PageMessage | null>) => {
      if (origin !== LINGFU || source !== frame.window()) return;
      if (data?.lingfu !== 1 || data.orderId !== orderId) return;
      clearTimeout(unready);
      if (data.type === "close") close();
      if (data.type !== "status" || data.status === undefined || data.status === status) return;
      status = data.status;
      onStatus?.(status);
      if (status === "paid") setTimeout(close, SHOW_PAID_MS);
    };
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      clearTimeout(unready);
      removeEventListener("message", hear);
      frame.close();
      // What was paid in the last moment counts, too. The shop may go on to another page then: not before we have gone back.
      const last = statusOf(orderId).catch(() => status);
      const ended = Promise.all([last, release()]);
      closing = ended;
      void ended.then(([final]) => resolve({ orderId, status: final }));
    };
    addEventListener("message", hear);
    const address = `${page}?embed=${encodeURIComponent(location.origin)}`;
    const frame = openFrame({ address, words: words(), onClose: close });
    const release = holdBack(close);
  });
}

function words() {
  const language = document.documentElement.lang || navigator.language;
  if (!/^zh/i.test(language)) return english;
  return /hk|tw|mo|hant/i.test(language) ? traditional : simplified;
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest?.("[data-lingfu-pay]");
  if (!button) return;
  event.preventDefault();
  void pay(button.getAttribute("data-lingfu-pay") ?? "");
});

// A page that was left for the pay page and comes back as it was can be paid on again.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) current = closing = null;
});

Object.assign(window, { Lingfu: { pay } });
