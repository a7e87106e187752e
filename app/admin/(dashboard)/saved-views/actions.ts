"use server";

import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { formatId, ID_RANDOM_BYTES, isId } from "#lib/base/ids.ts";
import { LIST_VIEW_NAME_CHARS_MAX, LIST_VIEW_QUERY_CHARS_MAX, LIST_VIEWS_PER_PERSON_MAX } from "#lib/base/limits.ts";
import {
  chooseColumns,
  chooseDefaultView,
  removeView,
  SAVED_LISTS,
  saveView,
} from "#lib/storage/administration/list-views.ts";
import { listsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";
import { orderColumns } from "../orders/order-list.ts";
import { refundColumns } from "../refunds/refund-list.ts";

const list = z.enum(SAVED_LISTS);
const viewId = z.string().refine((id) => isId("listView", id));
const ticked = z.literal("on").optional();
const QUERY = /^[\x21-\x7e]*$/;

const viewForm = z.object({
  list,
  name: z.string().max(200),
  query: z.string().max(LIST_VIEW_QUERY_CHARS_MAX).regex(QUERY),
  shared: ticked,
  isDefault: ticked,
});

/** Keeps the filter of a list under a name; one of that name is replaced. */
export async function saveListView(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.read",
    form,
    schema: viewForm,
    audit: ({ list: of, name, shared }) => ({
      action: "view.save",
      subject: `${of}: ${name.slice(0, LIST_VIEW_NAME_CHARS_MAX)}`,
      detail: { shared: shared === "on" },
    }),
    async work({ container, session, language }, { list: of, name: typed, query, shared, isDefault }) {
      const { views } = listsText(language);
      const name = typed.trim();
      if (name === "" || [...name].length > LIST_VIEW_NAME_CHARS_MAX || !name.isWellFormed() || /\p{Cc}/u.test(name)) {
        return failed(fill(views.badName, { max: LIST_VIEW_NAME_CHARS_MAX }));
      }
      const at = container.clock.now();
      const isSaved = await saveView(container.database.pool, {
        id: formatId("listView", at.getTime(), randomBytes(ID_RANDOM_BYTES)),
        ...{ list: of, userId: session.user.id, name, query, at },
        ...{ shared: shared === "on", isDefault: isDefault === "on" },
      });
      return isSaved ? done(fill(views.saved, { name })) : failed(fill(views.full, { max: LIST_VIEWS_PER_PERSON_MAX }));
    },
  });
}

/** One's own; an owner of the shop also removes what others have shared. */
export async function removeListView(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.read",
    form,
    schema: z.object({ list, viewId }),
    audit: ({ viewId: id }) => ({ action: "view.remove", subject: id }),
    async work({ container, session, language, may }, { list: of, viewId: id }) {
      const { views } = listsText(language);
      const who = { list: of, userId: session.user.id, viewId: id, ofOthers: may("users.manage") };
      const name = await removeView(container.database.pool, who);
      return name === null ? failed(views.gone) : done(fill(views.removed, { name }));
    },
  });
}

/** What a list shows first, for oneself. */
export async function chooseListView(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.read",
    form,
    schema: z.object({ list, viewId: viewId.or(z.literal("")) }),
    // A taste of one's own, which concerns no one else.
    audit: null,
    async work({ container, session, language }, { list: of, viewId: id }) {
      const { views } = listsText(language);
      const chosen = { list: of, userId: session.user.id, viewId: id === "" ? null : id };
      const view = await chooseDefaultView(container.database.pool, chosen);
      if (view === null) return failed(views.gone);
      return done(id === "" ? views.undefaulted : fill(views.defaulted, { name: view.name }));
    },
  });
}

const COLUMNS = { orders: orderColumns, refunds: refundColumns } as const;
const columnsOf = (of: keyof typeof COLUMNS, adminRequest: AdminRequest) =>
  COLUMNS[of](adminRequest).map(({ key }) => key);

/** Which columns one sees; none is the list as it is made. */
export async function chooseListColumns(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.read",
    form,
    schema: z.object({ list, "columns[]": z.array(z.string().max(40)).max(30).default([]) }),
    audit: null,
    async work(adminRequest, { list: of, "columns[]": columns }) {
      const { container, session, language } = adminRequest;
      const words = listsText(language).columns;
      const known = columnsOf(of, adminRequest);
      if (columns.some((column) => !known.includes(column))) return failed(words.unknown);
      const own = known.filter((key) => columns.includes(key));
      await chooseColumns(container.database.pool, { list: of, userId: session.user.id, columns: own });
      return done(words.saved);
    },
  });
}
