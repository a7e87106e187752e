import { headers } from "next/headers";
import { PlainPage } from "#components/pay/plain-page.tsx";
import { chooseLanguage, textOf } from "#components/pay/text.ts";
import { Trouble } from "#components/pay/trouble.tsx";

export default async function OrderNotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"));
  const text = textOf(language);
  return (
    <PlainPage language={language}>
      <Trouble title={text.missingTitle} hint={text.missingHint} retry={null} />
    </PlainPage>
  );
}
