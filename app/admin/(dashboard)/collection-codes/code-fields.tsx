import { Field, Select } from "#components/admin/field.tsx";
import { Combobox } from "#components/controls/combobox.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { COLLECTION_FREE_FEN_MAX_DEFAULT, COLLECTION_LABEL_CHARS_MAX } from "#lib/base/collection-limits.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { CATEGORY_CHARS_MAX, ITEM_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import type { CollectionCodeView } from "#lib/contract/collection-code.ts";
import { SCENES } from "#lib/contract/scene.ts";
import { listStores } from "#lib/storage/tills/places.ts";
import { collectionText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";

const yuan = (amount: number | null | undefined): string => (amount == null ? "" : formatYuan(fen(amount)));

/** The fields of a collection code, for creating and changing it. */
export async function CodeFields({
  adminRequest: { language, container },
  code,
}: {
  adminRequest: AdminRequest;
  code?: CollectionCodeView;
}) {
  const { form } = collectionText(language);
  const bounds = { min: amountText(1), max: amountText(COLLECTION_FREE_FEN_MAX_DEFAULT) };
  const stores = (await listStores(container.database.pool)).filter(({ isActive }) => isActive);
  const places = stores.flatMap((store) => [
    { value: store.code, label: store.name },
    ...store.tills
      .filter(({ isActive }) => isActive)
      .map((till) => ({ value: `${store.code}/${till.code}`, label: `${store.name} · ${till.name}` })),
  ]);
  const here = [code?.storeCode, code?.tillCode].filter((each) => each != null).join("/");
  const isListed = here === "" || places.some(({ value }) => value === here);
  const money = { inputMode: "decimal", autoComplete: "off", maxLength: 14 } as const;
  return (
    <>
      <Field
        label={form.label}
        hint={form.labelHint}
        name="label"
        defaultValue={code?.label}
        maxLength={COLLECTION_LABEL_CHARS_MAX}
        required
        autoComplete="off"
      />
      <Field label={form.amount} hint={form.amountHint} name="amount" defaultValue={yuan(code?.amount)} {...money} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={form.min}
          hint={fill(form.boundHint, bounds)}
          name="amountMin"
          defaultValue={yuan(code?.amountMin)}
          {...money}
        />
        <Field label={form.max} name="amountMax" defaultValue={yuan(code?.amountMax)} {...money} />
      </div>
      {places.length === 0 && here === "" ? null : (
        <Select
          label={form.place}
          hint={form.placeHint}
          name="place"
          defaultValue={here}
          options={[{ value: "", label: form.noPlace }, ...places, ...(isListed ? [] : [{ value: here, label: here }])]}
        />
      )}
      <Combobox
        label={form.scene}
        name="scene"
        defaultValue={code?.scene ?? undefined}
        placeholder={form.noScene}
        options={SCENES.map((scene) => ({ value: scene, label: sceneText(language).names[scene] }))}
      />
      <Field
        label={form.itemName}
        hint={form.itemNameHint}
        name="itemName"
        defaultValue={code?.itemName ?? ""}
        maxLength={ITEM_NAME_CHARS_MAX}
        autoComplete="off"
      />
      <Field
        label={form.category}
        hint={form.categoryHint}
        name="category"
        defaultValue={code?.category ?? ""}
        maxLength={CATEGORY_CHARS_MAX}
        autoComplete="off"
      />
    </>
  );
}
