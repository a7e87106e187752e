import { headers } from "next/headers";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { chooseLanguage, FULL_LANGUAGES } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";

export default async function NotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"), FULL_LANGUAGES);
  const { missing } = payText(language);
  return <PlainMessage language={language} title={missing.title} hint={missing.hint} />;
}
