import type { ReactNode } from "react";
import { AccountMenu } from "#components/admin/account-menu.tsx";
import { ConfirmIdentityProvider } from "#components/admin/confirm-identity.tsx";
import { ErrorWords } from "#components/admin/error-words.tsx";
import { Menu } from "#components/admin/menu.tsx";
import { OfflinePage } from "#components/admin/offline-page.tsx";
import { StaleBanner } from "#components/admin/stale-banner.tsx";
import { PaidVoice } from "#components/admin/voice/paid-voice.tsx";
import { Leaf } from "#components/ui/leaf.tsx";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { confirmationText, passkeysText } from "#lib/texts/admin.ts";
import { FULL_LANGUAGES, textsIn } from "#lib/texts/language.ts";
import { type AdminRequest, openAdminRequest } from "../admin-request.ts";
import { changeLanguage, signOut } from "../sign-in/actions.ts";
import {
  askRecentSecondFactor,
  beginPasskeyConfirmation,
  confirmByPasskey,
  confirmIdentity,
} from "./confirm/actions.ts";
import { menuEntries } from "./menu-entries.ts";

const ALERTS_COUNTED = 100;

/** The frame of every dashboard page: menu, signed-in user, sign-out. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const adminRequest = await openAdminRequest();
  const { container, language, session, text } = adminRequest;
  const open = await listAlerts(container.database.pool, { onlyOpen: true, limit: ALERTS_COUNTED });
  const { errors, nav, offline } = text;
  return (
    <>
      <StaleBanner stale={offline.stale} locale={textsIn(language).about.locale} />
      <OfflinePage
        words={{ title: offline.title, hint: offline.hint, last: offline.last, retry: errors.retry }}
        language={language}
      />
      <div className="mx-auto flex max-w-7xl flex-col lg:flex-row">
        <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:m-2 focus:bg-surface focus:p-3">
          {text.skip}
        </a>
        <header className="flex items-center gap-3 px-4 pt-4 lg:sticky lg:top-0 lg:h-[calc(100dvh-2.25rem)] lg:w-60 lg:shrink-0 lg:flex-col lg:items-stretch lg:px-4 lg:py-6">
          <p className="flex items-center gap-2 font-semibold lg:px-4 lg:pb-4">
            <Leaf className="size-7" />
            {text.product}
          </p>
          <Menu
            label={text.menu}
            entries={menuEntries(adminRequest, open.length)}
            more={{ href: "/admin/more", label: nav.more, icon: "more" }}
          />
          <div className="ml-auto lg:mt-auto lg:ml-0">
            <AccountMenu
              words={{ label: text.account.menu, account: text.settingsNav.account, signOut: text.signOut }}
              name={session.user.name}
              email={session.user.email}
              role={text.roles[session.user.role]}
              otherLanguages={FULL_LANGUAGES.filter((each) => each !== language).map((each) => ({
                language: each,
                name: textsIn(each).about.name,
              }))}
              changeLanguage={changeLanguage}
              signOut={signOut}
            />
          </div>
        </header>
        <PaidVoice tillId={null} />
        <main id="content" className="min-w-0 flex-1 px-4 pt-4 pb-28 lg:px-8 lg:py-8">
          <ErrorWords words={{ title: errors.brokenTitle, hint: errors.broken, retry: errors.retry }}>
            <ConfirmIdentityProvider
              words={confirmationText(language)}
              confirm={confirmIdentity}
              passkey={passkeyQuestion(adminRequest)}
              ask={askRecentSecondFactor}
            >
              {children}
            </ConfirmIdentityProvider>
          </ErrorWords>
        </main>
      </div>
    </>
  );
}

function passkeyQuestion({ admins, session, language }: AdminRequest) {
  if (!session.user.hasPasskey) return null;
  const { origin, problem } = admins.passkeys.site;
  const { confirm: label, or, browser: words } = passkeysText(language);
  return {
    ...{ begin: beginPasskeyConfirmation, finish: confirmByPasskey },
    ...{ place: { origin, problem }, label, or, words },
  };
}
