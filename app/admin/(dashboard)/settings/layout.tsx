import type { ReactNode } from "react";
import { SubMenu } from "#components/admin/menu.tsx";
import {
  approvalsText,
  credentialsText,
  doctorText,
  epayAccountsText,
  learnerText,
  lookText,
  notificationsText,
  printingText,
  tillsText,
  upkeepText,
  webhooksText,
} from "#lib/texts/admin.ts";
import { openAdminRequest } from "../../admin-request.ts";

export default async function Settings({ children }: { children: ReactNode }) {
  const { text, may, language } = await openAdminRequest();
  const { settingsNav: nav } = text;
  const pages = [
    { href: "/admin/settings", label: nav.payment, allowed: may("config.read") },
    { href: "/admin/settings/credentials", label: credentialsText(language).title, allowed: may("config.write") },
    { href: "/admin/settings/look", label: lookText(language).title, allowed: may("config.read") },
    { href: "/admin/settings/doctor", label: doctorText(language).title, allowed: may("config.read") },
    { href: "/admin/settings/learner", label: learnerText(language).title, allowed: may("config.read") },
    // Everybody may have messages on a device of their own.
    { href: "/admin/settings/notifications", label: notificationsText(language).page.title, allowed: true },
    { href: "/admin/settings/refund-rules", label: approvalsText(language).rules.title, allowed: may("config.read") },
    { href: "/admin/settings/keys", label: nav.keys, allowed: may("keys.read") },
    { href: "/admin/settings/webhooks", label: webhooksText(language).title, allowed: may("keys.read") },
    { href: "/admin/settings/epay", label: epayAccountsText(language).title, allowed: may("epay.read") },
    { href: "/admin/settings/stores", label: tillsText(language).stores.title, allowed: may("stores.read") },
    { href: "/admin/settings/cashiers", label: tillsText(language).cashiers.title, allowed: may("stores.read") },
    { href: "/admin/settings/printers", label: printingText(language).page.title, allowed: may("printers.read") },
    { href: "/admin/settings/users", label: nav.users, allowed: may("users.manage") },
    { href: "/admin/settings/backups", label: upkeepText(language).title, allowed: may("upkeep.read") },
    { href: "/admin/settings/audit", label: nav.audit, allowed: may("audit.read") },
    { href: "/admin/settings/account", label: nav.account, allowed: true },
  ];
  return (
    <>
      <SubMenu
        label={text.nav.settings}
        entries={pages.filter(({ allowed }) => allowed).map(({ href, label }) => ({ href, label }))}
      />
      {children}
    </>
  );
}
