import { headers } from "next/headers";
import { PlainPage } from "#components/pay/plain-page.tsx";
import { chooseLanguage, textOf } from "#components/pay/text.ts";
import { Trouble } from "#components/pay/trouble.tsx";

export default async function NotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"));
  const { missing } = textOf(language);
  return (
    <PlainPage language={language}>
      <Trouble title={missing.title} hint={missing.hint} retry={{ label: missing.home, href: "/" }} />
    </PlainPage>
  );
}
