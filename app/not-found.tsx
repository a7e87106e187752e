import { headers } from "next/headers";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { chooseLanguage, textOf } from "#components/pay/text.ts";

export default async function NotFound() {
  const language = chooseLanguage(undefined, (await headers()).get("accept-language"));
  const { missing } = textOf(language);
  return <PlainMessage language={language} title={missing.title} hint={missing.hint} />;
}
