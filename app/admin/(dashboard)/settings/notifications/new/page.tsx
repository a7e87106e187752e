import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { Card } from "#components/ui/card.tsx";
import { isChannelKind } from "#lib/notifications/index.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../../admin-page.tsx";
import { createChannel } from "../actions.ts";
import { ChannelFields } from "../channel-fields.tsx";

export default adminPage("notifications.write", (adminRequest, { search }) => {
  const { language, text } = adminRequest;
  const { page, kinds, kindHints } = notificationsText(language);
  const { kind = "" } = search;
  // A device is added by its own browser.
  if (!isChannelKind(kind) || kind === "web_push") notFound();
  return (
    <>
      <Heading title={fill(page.addKind, { kind: kinds[kind] })} />
      <p className="mb-4 max-w-prose text-soft">{kindHints[kind]}</p>
      <Card className="max-w-2xl px-4 py-4 sm:px-5">
        <ActionForm action={createChannel} submit={page.create} working={text.working} hidden={{ kind }}>
          <ChannelFields adminRequest={adminRequest} kind={kind} />
        </ActionForm>
      </Card>
    </>
  );
});
