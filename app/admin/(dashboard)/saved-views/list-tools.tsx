import { ActionForm } from "#components/admin/action-form.tsx";
import { Check, Field } from "#components/admin/field.tsx";
import type { ListColumn } from "#components/admin/list/list-types.ts";
import { ListKeys } from "#components/admin/list-keys.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Tabs } from "#components/admin/tabs.tsx";
import { Dialog } from "#components/controls/dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { LIST_VIEW_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import type { ListView } from "#lib/storage/administration/list-views.ts";
import { type ListsText, listsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { chooseListColumns, chooseListView, removeListView, saveListView } from "./actions.ts";
import type { ShownList } from "./own-list.ts";
import { ALL_VIEW } from "./saved-query.ts";

interface ListToolsProps {
  readonly adminRequest: AdminRequest;
  readonly own: ShownList;
  readonly columns: readonly ListColumn[];
  /** The filter as it would be saved. */
  readonly query: string;
}

const SMALL = `${toneLook("plain")} px-4 text-sm`;

/** The views of a list as addresses; nothing where none is saved. */
export function ViewTabs({ adminRequest, own, query }: Omit<ListToolsProps, "columns">) {
  if (own.views.length === 0) return null;
  const { views: words } = listsText(adminRequest.language);
  const address = (search: string) => `/admin/${own.list}?${search === "" ? `view=${ALL_VIEW}` : search}`;
  return (
    <Tabs
      label={words.label}
      tabs={[
        { href: address(""), label: words.all, here: query === "" },
        ...own.views.map((view) => ({
          href: address(view.query),
          label: view.name,
          here: query === view.query && query !== "",
        })),
      ]}
    />
  );
}

/** Saving and managing views, choosing columns, and the keys of the list. */
export function ListTools({ adminRequest, own, columns, query }: ListToolsProps) {
  const { text, language } = adminRequest;
  const words = listsText(language);
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2" data-testid="list-tools">
      {query === "" ? null : (
        <Dialog
          opener={{ label: words.views.save, look: SMALL }}
          title={words.views.saveTitle}
          hint={words.views.saveHint}
        >
          <ActionForm
            action={saveListView}
            submit={text.save}
            working={text.working}
            hidden={{ list: own.list, query }}
          >
            <Field
              label={words.views.name}
              hint={fill(words.views.nameHint, { max: LIST_VIEW_NAME_CHARS_MAX })}
              name="name"
              required
              maxLength={LIST_VIEW_NAME_CHARS_MAX}
              autoComplete="off"
            />
            <div>
              <Check label={words.views.shared} name="shared" />
              <Check label={words.views.isDefault} name="isDefault" />
            </div>
          </ActionForm>
        </Dialog>
      )}
      {own.views.length === 0 ? null : (
        <Dialog opener={{ label: words.views.manage, look: SMALL }} title={words.views.manageTitle}>
          <ul className="divide-y divide-line">
            {own.views.map((view) => (
              <ManagedView key={view.id} view={view} own={own} adminRequest={adminRequest} words={words.views} />
            ))}
          </ul>
        </Dialog>
      )}
      <Dialog
        opener={{ label: words.columns.button, look: SMALL }}
        title={words.columns.title}
        hint={words.columns.hint}
      >
        <ActionForm
          action={chooseListColumns}
          submit={words.columns.save}
          working={text.working}
          hidden={{ list: own.list }}
        >
          <fieldset className="grid grid-cols-2 gap-x-4">
            <legend className="sr-only">{words.columns.title}</legend>
            {columns.map(({ key, label }) => (
              <Check key={key} label={label} name="columns[]" value={key} defaultChecked={own.shown.includes(key)} />
            ))}
          </fieldset>
        </ActionForm>
      </Dialog>
      <ListKeys words={words.keys} look={SMALL} />
    </div>
  );
}

interface ManagedViewProps {
  readonly view: ListView;
  readonly own: ShownList;
  readonly adminRequest: AdminRequest;
  readonly words: ListsText["views"];
}

function ManagedView({ view, own, adminRequest, words }: ManagedViewProps) {
  const { text, session, may } = adminRequest;
  const { id, name, query, shared, ownerId, ownerEmail } = view;
  const isOwn = ownerId === session.user.id;
  const isDefault = own.defaultViewId === id;
  const { list } = own;
  return (
    <li className="py-3">
      <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
      <p className="mt-1 flex flex-wrap items-center gap-2 text-sm text-soft">
        {isOwn ? words.mine : fill(words.ofTeam, { person: ownerEmail })}
        {isOwn && shared ? <Badge>{words.sharedMark}</Badge> : null}
        {isDefault ? <Badge tone="brand">{words.defaultMark}</Badge> : null}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <ActionForm
          action={chooseListView}
          submit={isDefault ? words.endDefault : words.makeDefault}
          label={`${isDefault ? words.endDefault : words.makeDefault}: ${name}`}
          working={text.working}
          tone="plain"
          hidden={{ list, viewId: isDefault ? "" : id }}
        />
        {isOwn || may("users.manage") ? (
          <ActionForm
            action={removeListView}
            submit={words.remove}
            label={`${words.remove}: ${name}`}
            working={text.working}
            tone="danger"
            hidden={{ list, viewId: id, name, query, ...(shared ? { shared: "on" } : {}) }}
            {...(isOwn ? { undo: saveListView } : {})}
          />
        ) : null}
      </div>
    </li>
  );
}
