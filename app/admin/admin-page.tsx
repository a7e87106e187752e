import "server-only";
import type { ReactNode } from "react";
import { EmptyState } from "#components/admin/empty-state.tsx";
import type { Right } from "#lib/auth/admin-roles.ts";
import { type AdminRequest, openAdminRequest } from "./admin-request.ts";

interface AdminPageProps {
  readonly params?: Promise<Record<string, string | string[] | undefined>>;
  readonly searchParams?: Promise<Record<string, string | string[] | undefined>>;
}

/** The parameters of a page's address: single values of limited length. */
export interface PageAddress {
  readonly params: Readonly<Record<string, string>>;
  readonly search: Readonly<Record<string, string>>;
}

type RenderPage = (adminRequest: AdminRequest, address: PageAddress) => Promise<ReactNode> | ReactNode;

/** A page of the dashboard. Each page checks the session and permission itself: Next.js does not run a layout on every navigation. */
export const adminPage =
  (right: Right | null, render: RenderPage) =>
  async ({ params, searchParams }: AdminPageProps): Promise<ReactNode> => {
    const adminRequest = await openAdminRequest();
    const { errors } = adminRequest.text;
    if (right !== null && !adminRequest.may(right)) {
      return <EmptyState title={errors.forbiddenTitle} hint={errors.forbidden} heading />;
    }
    return render(adminRequest, { params: texts(await params), search: texts(await searchParams) });
  };

const TEXT_CHARS_MAX = 200;

const texts = (from: Record<string, string | string[] | undefined> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(from).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1].length <= TEXT_CHARS_MAX,
    ),
  );
