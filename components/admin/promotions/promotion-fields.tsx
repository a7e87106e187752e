"use client";

import type { ReactNode } from "react";
import type { PromotionTerms } from "#lib/contract/promotions.ts";
import type { PromotionsText } from "#lib/texts/admin.ts";
import type { ScheduleText } from "#lib/texts/schedule-words.ts";
import { fill } from "#lib/texts/words.ts";
import {
  ChoiceField,
  CountField,
  type FormContents,
  ListField,
  MoneyField,
  TextField,
  TickField,
  TicksField,
} from "./form-field.tsx";
import { WeekPreview } from "./week-preview.tsx";

interface PromotionFieldsProps extends FormContents {
  readonly type: PromotionTerms["type"];
  readonly words: PromotionsText;
  /** Names of days and hours, and of what can be paid for. */
  readonly week: ScheduleText;
  readonly sceneNames: Readonly<Record<string, string>>;
  /** Rows of steps that are shown. */
  readonly tierRows: number;
}

/** All fields of a promotion of one type; what is seldom needed is folded away until it is used. */
export function PromotionFields({ type, words, week, sceneNames, tierRows, values, problems }: PromotionFieldsProps) {
  const { form } = words;
  const used = (names: readonly string[]) => names.some((name) => values[name] !== undefined || name in problems);
  const days = Object.entries(words.weekdays).map(([day, label]) => ({ name: `day${day}`, label }));
  const channels = Object.entries(words.channelNames).map(([name, label]) => ({ name: `channel_${name}`, label }));
  const scenes = Object.entries(sceneNames).map(([name, label]) => ({ name: `scene_${name}`, label }));
  return (
    <>
      <Group title={form.what}>
        <TextField label={form.name} hint={form.nameHint} name="name" maxLength={64} />
        <TermFields type={type} form={form} tierRows={tierRows} />
        {type === "bundle_price" || type === "buy_get" ? null : (
          <MoneyField label={form.cap} name="cap" hint={form.maxTimesHint} />
        )}
      </Group>
      <Group title={form.when}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label={form.start} hint={form.startHint} name="start" type="datetime-local" />
          <TextField label={form.end} hint={form.endHint} name="end" type="datetime-local" />
        </div>
        <TicksField legend={form.days} hint={form.daysHint} boxes={days} />
        <TextField label={form.hours} hint={form.hoursHint} name="hours" maxLength={160} />
        <WeekPreview values={values} words={week} title={form.week} always={form.always} />
      </Group>
      <Group title={form.budget}>
        <MoneyField label={form.budgetFen} hint={form.budgetHint} name="budget" />
        <div className="grid gap-4 sm:grid-cols-2">
          <CountField label={form.limitTotal} name="limitTotal" hint={form.maxTimesHint} />
          <CountField label={form.limitPerUser} hint={form.limitPerUserHint} name="limitPerUser" />
        </div>
      </Group>
      <Folded title={form.goods} open={used(["skus", "categories", "excludeSkus", "excludeCategories"])}>
        <p className="text-sm text-soft">{form.listHint}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          <ListField label={form.skus} name="skus" />
          <ListField label={form.categories} name="categories" />
          <ListField label={form.excludeSkus} name="excludeSkus" />
          <ListField label={form.excludeCategories} name="excludeCategories" />
        </div>
      </Folded>
      <Folded
        title={form.who}
        open={used([
          ...["customers", "segments", "code", "needsCode", "optional"],
          ...[...channels, ...scenes].map(({ name }) => name),
        ])}
      >
        <ChoiceField
          label={form.customers}
          name="customers"
          options={[
            { value: "", label: words.facts.everyone },
            { value: "new", label: words.facts.newCustomer },
            { value: "old", label: words.facts.oldCustomer },
          ]}
        />
        <TextField label={form.code} hint={form.codeHint} name="code" maxLength={64} />
        <TickField label={form.needsCode} hint={form.needsCodeHint} name="needsCode" />
        <TicksField legend={form.scenes} hint={form.scenesHint} boxes={scenes} />
        <TicksField legend={form.channels} hint={form.channelsHint} boxes={channels} />
        <ListField label={form.segments} hint={form.listHint} name="segments" />
        <TickField label={form.optional} hint={form.optionalHint} name="optional" />
      </Folded>
      <Folded title={form.together} open={used(["exclusive", "group", "priority", "base", "returnUse"])}>
        <TickField label={form.exclusive} name="exclusive" />
        <TextField label={form.group} hint={form.groupHint} name="group" maxLength={64} />
        {type === "amount_off" || type === "percent_off" || type === "tiered_off" ? (
          <ChoiceField label={form.phase} name="phase" options={phasesOf(type, form)} />
        ) : null}
        <ChoiceField
          label={form.base}
          name="base"
          options={[
            { value: "", label: form.bases.running },
            { value: "original", label: form.bases.original },
          ]}
        />
        <CountField label={form.priority} hint={form.priorityHint} name="priority" />
        <TickField label={form.returnUse} name="returnUse" />
      </Folded>
    </>
  );
}

type FormWords = PromotionsText["form"];

const phasesOf = (type: PromotionTerms["type"], { phases }: FormWords) =>
  (["order", "item", "channel"] as const)
    .filter((phase) => type !== "tiered_off" || phase !== "channel")
    .map((phase) => ({ value: phase, label: phases[phase] }));

interface TermFieldsProps {
  readonly type: PromotionTerms["type"];
  readonly form: FormWords;
  readonly tierRows: number;
}

/** What this type alone asks for. */
function TermFields({ type, form, tierRows }: TermFieldsProps) {
  const times = <CountField label={form.maxTimes} hint={form.maxTimesHint} name="maxTimes" />;
  const percent = (
    <TextField label={form.percent} hint={form.percentHint} name="percent" inputMode="decimal" required />
  );
  const thresholds = (
    <>
      <MoneyField label={form.minAmount} hint={form.minAmountHint} name="minAmount" />
      <CountField label={form.minQty} hint={form.minQtyHint} name="minQty" />
    </>
  );
  switch (type) {
    case "amount_off":
      return (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            <MoneyField label={form.minAmount} hint={form.minAmountHint} name="minAmount" />
            <MoneyField label={form.off} name="off" required />
            <CountField label={form.minQty} hint={form.minQtyHint} name="minQty" />
            {times}
          </div>
          <TickField label={form.every} name="every" />
        </>
      );
    case "tiered_off":
      return <TierFields form={form} rows={tierRows} />;
    case "percent_off":
      return (
        <Two>
          {percent}
          {thresholds}
        </Two>
      );
    case "random_off":
      return (
        <Two>
          <MoneyField label={form.min} name="min" required />
          <MoneyField label={form.max} name="max" required />
          {thresholds}
        </Two>
      );
    case "nth_discount":
      return (
        <Two>
          <CountField label={form.n} hint={form.nHint} name="n" required />
          {percent}
          {times}
        </Two>
      );
    case "buy_get":
      return (
        <Two>
          <CountField label={form.buy} name="buy" required />
          <CountField label={form.get} hint={form.getHint} name="get" required />
          {times}
        </Two>
      );
    case "bundle_price":
      return (
        <Two>
          <CountField label={form.bundleN} name="n" required />
          <MoneyField label={form.price} name="price" required />
          {times}
        </Two>
      );
    case "gift":
      return (
        <Two>
          <TextField label={form.giftSku} hint={form.giftSkuHint} name="giftSku" required maxLength={64} />
          <CountField label={form.giftQty} name="giftQty" required />
          {thresholds}
        </Two>
      );
  }
}

function TierFields({ form, rows }: { form: FormWords; rows: number }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-1 text-sm text-soft">{form.tiersHint}</legend>
      {Array.from({ length: rows }, (_, at) => at + 1).map((n) => (
        <div key={n} className="grid grid-cols-2 gap-3">
          <MoneyField label={fill(form.tierAmount, { n })} name={`tierAmount${n}`} />
          <MoneyField label={fill(form.tierOff, { n })} name={`tierOff${n}`} />
        </div>
      ))}
    </fieldset>
  );
}

const Two = ({ children }: { children: ReactNode }) => <div className="grid gap-4 sm:grid-cols-2">{children}</div>;

export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 border-b border-line pb-6">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Folded({ title, open, children }: { title: string; open: boolean; children: ReactNode }) {
  return (
    <details open={open} className="group border-b border-line pb-2">
      <summary className="flex min-h-11 cursor-pointer list-none items-center justify-between gap-3 text-lg font-semibold">
        <span>{title}</span>
        <span aria-hidden="true" className="text-soft transition-transform group-open:rotate-180">
          ⌄
        </span>
      </summary>
      <div className="flex flex-col gap-4 pt-2 pb-4">{children}</div>
    </details>
  );
}
