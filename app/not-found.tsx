import { headers } from "next/headers";
import { Trouble } from "#components/pay/panels.tsx";
import { PlainPage } from "#components/pay/plain-page.tsx";
import { chooseLanguage, textOf } from "#components/pay/text.ts";

export default async function NotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"));
  const { missing } = textOf(language);
  return (
    <PlainPage language={language}>
      <Trouble title={missing.title} hint={missing.hint} retry={{ label: missing.home, href: "/" }} />
    </PlainPage>
  );
}
