import "server-only";
import type { ReactNode } from "react";
import { shortTime } from "#components/admin/moments.ts";
import type { Right } from "#lib/auth/admin-roles.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { Look } from "#lib/storage/replica.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage, type PageAddress } from "./admin-page.tsx";
import { type AdminRequest, openLook } from "./admin-request.ts";
import { openData } from "./data-answer.ts";
import { openExport } from "./export-answer.ts";

// Pages and files that are only looked at: they may come from a read replica, and say then how old they are. What decides, or
// follows one's own action, has no `look` and reads the primary.

/** A request for something that is only looked at. */
export interface LookRequest extends AdminRequest {
  readonly look: Look;
}

/** A page that is only looked at, marked with the age of its data where a replica answers. */
export const lookPage = (
  right: Right,
  render: (lookRequest: LookRequest, address: PageAddress) => Promise<ReactNode> | ReactNode,
) =>
  adminPage(right, async (adminRequest, address) => {
    const lookRequest = { ...adminRequest, look: await openLook(adminRequest) };
    return (
      <>
        <DataAge {...lookRequest} />
        {await render(lookRequest, address)}
      </>
    );
  });

/** {@link openData} for what is only looked at. */
export async function openLookData(right: Right): Promise<LookRequest | Response> {
  const opened = await openData(right);
  return opened instanceof Response ? opened : { ...opened, look: await openLook(opened) };
}

/** {@link openExport} for what is only looked at. */
export async function openLookExport(right?: Right): Promise<LookRequest | Response> {
  const opened = await openExport(right);
  return opened instanceof Response ? opened : { ...opened, look: await openLook(opened) };
}

function DataAge({ look: { asOf }, container, text, language }: LookRequest) {
  if (asOf === null) return null;
  const seconds = Math.max(0, Math.round((container.clock.now().getTime() - asOf.getTime()) / SECOND_MS));
  const { dataAge } = text;
  return (
    <p className="mb-3 px-1 text-sm text-soft tabular-nums" data-testid="data-age">
      {fill(dataAge, { seconds, time: shortTime(asOf, language) })}
    </p>
  );
}
