/** Stands in for the framework's router in the page lane, where one thing is asked of it. */
export const useRouter = () => router;

const router = { refresh: () => window.dispatchEvent(new Event(REDRAW_EVENT)) };

/** Asks for the page to be drawn anew by the server. */
export const REDRAW_EVENT = "lingfu:redraw";
