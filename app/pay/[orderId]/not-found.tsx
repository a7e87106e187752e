import { headers } from "next/headers";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { readPagePrefs } from "#lib/http/cookies.ts";
import { chooseLanguage } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";

export default async function OrderNotFound() {
  const head = await headers();
  const language = chooseLanguage(readPagePrefs(head).language, head.get("accept-language"));
  const text = payText(language);
  return <PlainMessage language={language} title={text.missingTitle} hint={text.missingHint} />;
}
