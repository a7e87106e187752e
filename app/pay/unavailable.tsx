import { PlainPage } from "#components/pay/plain-page.tsx";
import { Trouble } from "#components/pay/trouble.tsx";
import { payText } from "#lib/texts/pay.ts";
import type { PayPageRequest } from "./page-request.ts";

/** The order could not be read just now. */
export function Unavailable({ pageRequest, orderId }: { pageRequest: PayPageRequest; orderId: string }) {
  const text = payText(pageRequest.language);
  return (
    <PlainPage language={pageRequest.language}>
      <Trouble
        title={text.unavailableTitle}
        hint={text.unavailableHint}
        retry={{ label: text.retry, href: pageRequest.address(orderId) }}
      />
    </PlainPage>
  );
}
