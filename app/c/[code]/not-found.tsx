import { headers } from "next/headers";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { collectText } from "#lib/texts/collect.ts";
import { chooseLanguage, FULL_LANGUAGES } from "#lib/texts/language.ts";

export default async function CodeNotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"), FULL_LANGUAGES);
  const text = collectText(language);
  return <PlainMessage language={language} title={text.missingTitle} hint={text.missingHint} />;
}
