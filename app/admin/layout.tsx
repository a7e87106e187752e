import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ControlsProvider } from "#components/controls/words.tsx";
import { controlsText } from "#lib/texts/admin.ts";
import { textsIn } from "#lib/texts/language.ts";
import { openGuest } from "./admin-request.ts";
import "./admin.css";

export async function generateMetadata(): Promise<Metadata> {
  const { text, container } = await openGuest();
  const name = `${text.product} · ${text.console}`;
  return {
    title: container.settings.sandbox ? `${text.sandboxShort} ${name}` : name,
    robots: { index: false, follow: false },
    // The dashboard is what can be installed; a pay page is not.
    manifest: "/manifest.webmanifest",
    appleWebApp: { capable: true, title: text.product, statusBarStyle: "default" },
  };
}

/** The dashboard's colours and language. Each page checks permissions itself. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { container, language, text } = await openGuest();
  const { sandbox } = container.settings;
  const { locale, days } = textsIn(language).about;
  return (
    <div className="admin min-h-dvh bg-page text-ink" data-sandbox={sandbox} lang={language}>
      {sandbox ? (
        <aside
          aria-label={text.sandbox}
          className="bg-action px-4 py-2 text-center text-sm font-medium text-action-ink"
          data-testid="sandbox-banner"
        >
          {text.sandbox}
        </aside>
      ) : null}
      <ControlsProvider text={controlsText(language)} language={language} days={{ locale, days }}>
        {children}
      </ControlsProvider>
    </div>
  );
}
