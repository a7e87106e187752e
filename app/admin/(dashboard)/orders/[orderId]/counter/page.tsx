import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { counterText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../../admin-page.tsx";
import { chargeCode } from "./actions.ts";

/** The counter page of one order: scan the shopper's payment code and see the result. */
export default adminPage("payments.charge", async (adminRequest, { params }) => {
  const { container, text, language } = adminRequest;
  const words = counterText(language);
  const order = await container.payments.order(params.orderId ?? "").catch((cause: unknown) => {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  });
  return (
    <>
      <Heading title={`${words.title} · ${order.outTradeNo}`} />
      <Card className="flex max-w-xl flex-col gap-5 px-4 py-5 sm:px-6">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="text-soft">
            {words.due} · {order.description}
          </span>
          <strong className="text-4xl tabular-nums">{amountText(order.amountDue)}</strong>
        </p>
        {order.status === "pending" ? (
          <ActionForm
            action={chargeCode}
            submit={words.submit}
            working={words.working}
            wide={true}
            hidden={{ orderId: order.id }}
          >
            <Field
              label={words.code}
              hint={words.codeHint}
              name="authCode"
              inputMode="numeric"
              autoComplete="off"
              autoFocus={true}
              required={true}
              maxLength={64}
            />
          </ActionForm>
        ) : (
          <Notice tone="warn">{words.notPayable}</Notice>
        )}
      </Card>
      <p className="mt-4">
        <a href={`/admin/orders/${order.id}`} className={toneLook("plain")}>
          {text.back}
        </a>
      </p>
    </>
  );
});
