/** The page's background as the browser's own frame takes it; `--page` in globals.css. */
export const THEME_COLORS = { light: "#f3f5f1", dark: "#0c100e" } as const;
