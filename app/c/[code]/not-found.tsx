import { headers } from "next/headers";
import { collectText } from "#components/collect/text.ts";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { chooseLanguage } from "#components/pay/text.ts";

export default async function CodeNotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"));
  const text = collectText(language);
  return <PlainMessage language={language} title={text.missingTitle} hint={text.missingHint} />;
}
