import { headers } from "next/headers";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { textOf } from "#components/pay/text.ts";
import { readPagePrefs } from "#lib/http/page-prefs.ts";
import { choosePageLanguage } from "#lib/intelligence/index.ts";

export default async function OrderNotFound() {
  const head = await headers();
  const language = choosePageLanguage(head.get("accept-language") ?? undefined, readPagePrefs(head).language);
  const text = textOf(language);
  return <PlainMessage language={language} title={text.missingTitle} hint={text.missingHint} />;
}
