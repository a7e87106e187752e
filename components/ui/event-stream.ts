const REOPEN_STREAM_MS = 10_000;
/** Over HTTP/1.1 a browser has six connections to a host for all its tabs, and pages need some to load by. */
const STREAMS_PER_BROWSER = 3;

export interface FollowedEvents {
  readonly address: string;
  /** The name of its events. */
  readonly event: string;
  readonly onData: (data: string) => void;
  /** For what is heard: a page that is not seen goes on following. */
  readonly evenHidden?: boolean;
}

/**
 * Server-sent events make the page sooner, polling makes it true; so a stream is only open while the page is seen, and no
 * more than a few in one browser. @returns ends it
 */
export function followStream(following: FollowedEvents): () => void {
  const { evenHidden = false } = following;
  if (typeof EventSource === "undefined") return () => {};
  /** Of the stream at hand, and of the one that is about to open. */
  let close: (() => void) | null = null;
  const leave = () => {
    close?.();
    close = null;
  };
  const open = () => {
    if (document.hidden && evenHidden && close !== null) return;
    leave();
    if (!document.hidden || evenHidden) close = openStream(following);
  };
  const onShow = (event: PageTransitionEvent) => event.persisted && open();
  open();
  document.addEventListener("visibilitychange", open);
  // A page in the back-forward cache holds no connection.
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", onShow);
  return () => {
    leave();
    document.removeEventListener("visibilitychange", open);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", onShow);
  };
}

function openStream({ address, event, onData }: FollowedEvents): () => void {
  let over = false;
  let source: EventSource | undefined;
  let giveBack = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    giveBack();
    if (!over) timer = setTimeout(start, REOPEN_STREAM_MS);
  };
  const start = async () => {
    const place = await takePlace();
    if (place === null) return later();
    giveBack = place;
    if (over) return place();
    const line = new EventSource(address);
    source = line;
    line.addEventListener(event, ({ data }: MessageEvent<string>) => onData(data));
    line.onerror = () => {
      // A broken line is mended by the browser; a refusal (too many streams) is not, so we knock again later.
      if (line.readyState === EventSource.CLOSED) later();
    };
  };
  void start();
  return () => {
    over = true;
    clearTimeout(timer);
    source?.close();
    giveBack();
  };
}

/** One of the browser's few places for a stream, or null; a tab that ends gives its own back. @returns gives it back */
async function takePlace(): Promise<(() => void) | null> {
  // Older engines, and pages without TLS, do not know of each other: there a tab that is seen takes what it wants.
  if (!navigator.locks) return () => {};
  for (let place = 0; place < STREAMS_PER_BROWSER; place++) {
    const taken = await tryLock(`lingfu-stream-${place}`);
    if (taken !== null) return taken;
  }
  return null;
}

const tryLock = (name: string): Promise<(() => void) | null> =>
  new Promise((resolve) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise<void>((giveBack) => resolve(giveBack));
      })
      .catch(() => resolve(() => {}));
  });
