import type pg from "pg";
import { LIST_VIEWS_PER_PERSON_MAX } from "#lib/base/limits.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

/** Lists that can be saved as they are filtered. */
export const SAVED_LISTS = ["orders", "refunds"] as const;
export type SavedList = (typeof SAVED_LISTS)[number];

/** A filter of a list under a name. */
export interface ListView {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly shared: boolean;
  readonly ownerId: string;
  /** The e-mail address of the one who saved it. */
  readonly ownerEmail: string;
}

/** What one person sees of a list. */
export interface OwnList {
  /** Their own, then those of the team, each by name. */
  readonly views: readonly ListView[];
  readonly defaultViewId: string | null;
  /** None: as the list is made. */
  readonly columns: readonly string[];
}

interface ListOfPerson {
  readonly list: SavedList;
  readonly userId: string;
}

export const readOwnList = (pool: pg.Pool, { list, userId }: ListOfPerson): Promise<OwnList> =>
  viaPrisma(pool, async (prisma) => {
    const [rows, settings] = await Promise.all([
      prisma.listView.findMany({
        where: { list, OR: [{ ownerId: userId }, { shared: true }] },
        select: { id: true, name: true, query: true, shared: true, ownerId: true, owner: { select: { email: true } } },
        orderBy: [{ name: "asc" }, { id: "asc" }],
      }),
      prisma.listSettings.findUnique({ where: { userId_list: { userId, list } } }),
    ]);
    const views = rows.map(({ owner, ...view }) => ({ ...view, ownerEmail: owner.email }));
    const isOwn = (view: ListView) => view.ownerId === userId;
    // A view that is shared no more is nobody else's default.
    const chosen = views.find(({ id }) => id === settings?.defaultViewId)?.id ?? null;
    return {
      views: [...views.filter(isOwn), ...views.filter((view) => !isOwn(view))],
      defaultViewId: chosen,
      columns: settings?.columns ?? [],
    };
  });

interface NewView extends ListOfPerson {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly shared: boolean;
  readonly isDefault: boolean;
  readonly at: Date;
}

/** Saves a view; one of the same name and person is replaced. @returns false when the person has as many as there may be */
export const saveView = (pool: pg.Pool, view: NewView): Promise<boolean> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { id, list, userId: ownerId, name, query, shared, isDefault, at: createdAt } = view;
    // The person's row is the lock of their views, so that two at once are counted.
    await client.query("select from admin_users where id = $1 for no key update", [ownerId]);
    const own = await prisma.listView.findMany({ where: { list, ownerId }, select: { id: true, name: true } });
    const before = own.find((each) => each.name === name);
    if (before === undefined && own.length >= LIST_VIEWS_PER_PERSON_MAX) return false;
    const kept = { id: before?.id ?? id };
    await prisma.listView.upsert({
      where: kept,
      create: { ...kept, list, ownerId, name, query, shared, createdAt },
      update: { query, shared },
    });
    if (isDefault) {
      await prisma.listSettings.upsert({
        where: { userId_list: { userId: ownerId, list } },
        create: { userId: ownerId, list, defaultViewId: kept.id },
        update: { defaultViewId: kept.id },
      });
    }
    return true;
  });

interface RemovedView extends ListOfPerson {
  readonly viewId: string;
  /** May remove what others have shared. */
  readonly ofOthers: boolean;
}

/** @returns the name of the view; null when there is none that the person may remove */
export const removeView = (pool: pg.Pool, { list, userId, viewId, ofOthers }: RemovedView): Promise<string | null> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    // Locked first: nobody makes it their default meanwhile.
    await client.query("select from list_views where id = $1 for update", [viewId]);
    const where = { id: viewId, list, OR: [{ ownerId: userId }, ...(ofOthers ? [{ shared: true }] : [])] };
    const view = await prisma.listView.findFirst({ where, select: { name: true } });
    if (view === null) return null;
    await prisma.listSettings.updateMany({ where: { defaultViewId: viewId }, data: { defaultViewId: null } });
    await prisma.listView.delete({ where: { id: viewId } });
    return view.name;
  });

/** The view that a list opens with; null: everything. @returns its name, null when the person has no such view */
export const chooseDefaultView = (
  pool: pg.Pool,
  { list, userId, viewId }: ListOfPerson & { readonly viewId: string | null },
): Promise<{ readonly name: string } | null> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    let name = "";
    if (viewId !== null) {
      await client.query("select from list_views where id = $1 for share", [viewId]);
      const where = { id: viewId, list, OR: [{ ownerId: userId }, { shared: true }] };
      const view = await prisma.listView.findFirst({ where, select: { name: true } });
      if (view === null) return null;
      name = view.name;
    }
    await prisma.listSettings.upsert({
      where: { userId_list: { userId, list } },
      create: { userId, list, defaultViewId: viewId },
      update: { defaultViewId: viewId },
    });
    return { name };
  });

/** @param columns none: as the list is made */
export const chooseColumns = async (
  pool: pg.Pool,
  { list, userId, columns }: ListOfPerson & { readonly columns: readonly string[] },
): Promise<void> => {
  await viaPrisma(pool, (prisma) =>
    prisma.listSettings.upsert({
      where: { userId_list: { userId, list } },
      create: { userId, list, columns: [...columns] },
      update: { columns: [...columns] },
    }),
  );
};
