// The dashboard's service worker, for addresses below /admin only. It keeps no page, no figure and no script: its one cache holds
// when the server was last reached and the words of the page that says so. Pay pages are never its business.

const KEPT = "lingfu-dashboard-1";
const NOTE = "/admin/offline-note";
const FIRST_WORDS = {
  title: "现在连不上服务器",
  hint: "收款和订单不受影响；恢复后这里会自动打开。",
  last: "最后一次连上：{time}",
  retry: "重试",
};

// Push messages and what a touch on them opens.
importScripts("/push-worker.js");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  const { data } = event;
  if (data?.kind === "words")
    event.waitUntil(note({ words: data.words, language: data.language, reachedAt: Date.now() }));
  if (data?.kind === "leave") event.waitUntil(leave());
});
self.addEventListener("fetch", (event) => {
  const { mode, method } = event.request;
  if (mode === "navigate" && method === "GET") event.respondWith(openPage(event));
});

async function takeOver() {
  for (const name of await caches.keys())
    if (name.startsWith("lingfu-dashboard-") && name !== KEPT) await caches.delete(name);
  // The page is asked for while this worker starts.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function leave() {
  await caches.delete(KEPT);
  await self.registration.unregister();
}

async function openPage(event) {
  try {
    const page = (await event.preloadResponse) ?? (await fetch(event.request));
    event.waitUntil(note({ reachedAt: Date.now() }));
    return page;
  } catch {
    return offlinePage();
  }
}

async function readNote() {
  const kept = await (await caches.open(KEPT)).match(NOTE);
  return kept === undefined ? {} : kept.json();
}

async function note(news) {
  const cache = await caches.open(KEPT);
  const body = JSON.stringify({ ...(await readNote()), ...news });
  await cache.put(NOTE, new Response(body, { headers: { "content-type": "application/json" } }));
}

async function offlinePage() {
  const { words = FIRST_WORDS, language = "zh-CN", reachedAt } = await readNote().catch(() => ({}));
  const time =
    reachedAt === undefined
      ? ""
      : new Intl.DateTimeFormat(language, {
          timeZone: "Asia/Shanghai",
          dateStyle: "medium",
          timeStyle: "medium",
        }).format(reachedAt);
  const html = `<!doctype html>
<html lang="${safe(language)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>${safe(words.title)}</title>
<style>
  :root { color-scheme: light dark; --page: #f3f5f1; --ink: #131c17; --soft: #56625b; --action: #06833f; --action-ink: #fff; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #0c100e; --ink: #eef3ef; --soft: #a3b0a8; --action: #12c268; --action-ink: #03240f; }
  }
  body { margin: 0; min-height: 100vh; display: flex; align-items: center; justify-content: center; background: var(--page);
    color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", sans-serif; text-align: center; }
  main { max-width: 24rem; padding: 2rem 1.5rem; }
  svg { width: 4rem; height: 4rem; color: var(--soft); }
  h1 { font-size: 1.5rem; margin: 1rem 0 0.5rem; }
  p { margin: 0.5rem 0; color: var(--soft); }
  a { display: inline-block; margin-top: 1rem; padding: 0.625rem 1.5rem; border-radius: 0.75rem; background: var(--action);
    color: var(--action-ink); font-weight: 600; text-decoration: none; }
</style>
<main>
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" aria-hidden="true">
    <path d="M3 3l18 18M8.5 16a5 5 0 0 1 5.5-1M5 12.5a10 10 0 0 1 4.5-2.5M2 9a15 15 0 0 1 4-2.7M22 9a15 15 0 0 0-11-4M19 12.5a10 10 0 0 0-3-2M12 20h.01"/>
  </svg>
  <h1>${safe(words.title)}</h1>
  <p>${safe(words.hint)}</p>
  ${time === "" ? "" : `<p>${safe(words.last.replace("{time}", time))}</p>`}
  <a href="">${safe(words.retry)}</a>
</main>
<script>
  const again = () => fetch("/readyz", { cache: "no-store" }).then((answer) => answer.ok && location.reload(), () => {});
  addEventListener("online", again);
  setInterval(again, 5000);
</script>`;
  return new Response(html, {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}

const safe = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
