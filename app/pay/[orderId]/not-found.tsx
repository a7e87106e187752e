import { headers } from "next/headers";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { chooseLanguage, textOf } from "#components/pay/text.ts";

export default async function OrderNotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"));
  const text = textOf(language);
  return <PlainMessage language={language} title={text.missingTitle} hint={text.missingHint} />;
}
