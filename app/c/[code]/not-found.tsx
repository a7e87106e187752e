import { headers } from "next/headers";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { readPagePrefs } from "#lib/http/cookies.ts";
import { collectText } from "#lib/texts/collect.ts";
import { chooseLanguage } from "#lib/texts/language.ts";

export default async function CodeNotFound() {
  const head = await headers();
  const language = chooseLanguage(readPagePrefs(head).language, head.get("accept-language"));
  const text = collectText(language);
  return <PlainMessage language={language} title={text.missingTitle} hint={text.missingHint} />;
}
