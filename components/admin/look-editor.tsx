"use client";

import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { contrast, DEFAULT_COLOR, readablePair } from "#lib/base/colour-contrast.ts";
import { SHOP_NAME_CHARS_MAX, SHOP_PHONE_CHARS_MAX, THANKS_CHARS_MAX } from "#lib/base/limits.ts";
import type { ShopLook } from "#lib/contract/shop-look.ts";
import { fill } from "#lib/texts/words.ts";
import type { LookText } from "#lib/texts/zh-CN/look.ts";
import { ActionForm } from "./action-form.tsx";
import type { FormAction } from "./action-state.ts";
import { Field, Radio } from "./field.tsx";
import { INPUT } from "./look.ts";
import { LookPreview } from "./look-preview.tsx";

interface LookEditorProps {
  /** Null for who may only look. */
  readonly action: FormAction | null;
  readonly basedOn: number;
  readonly initial: ShopLook;
  readonly words: LookText;
  readonly working: string;
  readonly fallbackName: string;
  readonly previewUrl: string;
  /** Stands under the form. */
  readonly children: ReactNode;
}

const PAUSE_MS = 250;

/** The form of the shop's look, and beside it two frames that show the pages as they would be. */
export function LookEditor(props: LookEditorProps) {
  const { action, basedOn, initial, words, working, children } = props;
  const [query, setQuery] = useState(() => queryOf(initial));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const follow = ({ target }: FormEvent<HTMLElement>) => {
    const form = target instanceof HTMLInputElement ? target.form : null;
    if (form === null) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery(queryOf(Object.fromEntries(new FormData(form)))), PAUSE_MS);
  };
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
      <div className="flex flex-col gap-2" onInput={follow}>
        <section className="rounded-card bg-surface px-4 py-4 lifted sm:px-5">
          {action === null ? (
            <fieldset disabled className="flex flex-col gap-4">
              <Fields {...props} />
            </fieldset>
          ) : (
            <ActionForm action={action} hidden={{ basedOn: String(basedOn) }} submit={words.save} working={working}>
              <Fields {...props} />
            </ActionForm>
          )}
        </section>
        {children}
      </div>
      <LookPreview words={words} url={props.previewUrl} query={query} />
    </div>
  );
}

const SHOWN = ["name", "color", "density", "corners", "codeSide", "thanks", "phone"] as const;

const queryOf = (look: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(SHOWN.map((name) => [name, String(look[name] ?? "")])).toString();

function Fields({ initial, words, fallbackName }: LookEditorProps) {
  return (
    <>
      <Field
        label={words.name}
        hint={fill(words.nameHint, { name: fallbackName })}
        name="name"
        defaultValue={initial.name}
        maxLength={SHOP_NAME_CHARS_MAX}
        autoComplete="off"
      />
      <ColorField initial={initial.color} words={words} />
      <Choices name="density" legend={words.density} names={words.densities} chosen={initial.density} />
      <Choices name="corners" legend={words.corners} names={words.cornerNames} chosen={initial.corners} />
      <Choices name="codeSide" legend={words.codeSide} names={words.codeSides} chosen={initial.codeSide} />
      <Choices
        name="orderAgain"
        legend={words.orderAgain}
        hint={words.orderAgainHint}
        names={words.orderAgainNames}
        chosen={initial.orderAgain}
      />
      <Field
        label={words.thanks}
        hint={fill(words.thanksHint, { count: THANKS_CHARS_MAX })}
        name="thanks"
        defaultValue={initial.thanks}
        maxLength={THANKS_CHARS_MAX}
        autoComplete="off"
      />
      <Field
        label={words.phone}
        hint={words.phoneHint}
        name="phone"
        type="tel"
        defaultValue={initial.phone}
        maxLength={SHOP_PHONE_CHARS_MAX}
        autoComplete="off"
      />
    </>
  );
}

interface LookChoicesProps {
  readonly name: string;
  readonly legend: string;
  readonly hint?: string;
  readonly names: Readonly<Record<string, string>>;
  readonly chosen: string;
}

const Choices = ({ name, legend, hint, names, chosen }: LookChoicesProps) => (
  <fieldset aria-describedby={hint === undefined ? undefined : `${name}-hint`}>
    <legend className="mb-1 text-sm font-medium">{legend}</legend>
    <div className="flex flex-wrap gap-x-6">
      {Object.entries(names).map(([value, label]) => (
        <Radio key={value} label={label} name={name} value={value} defaultChecked={value === chosen} />
      ))}
    </div>
    {hint !== undefined && (
      <p id={`${name}-hint`} className="mt-1 text-sm text-soft">
        {hint}
      </p>
    )}
  </fieldset>
);

const FORM = /^#[0-9a-f]{6}$/i;

/** A text that works everywhere, a picker beside it, and what the colour means for who reads the button. */
function ColorField({ initial, words }: { initial: string; words: LookText }) {
  const [color, setColor] = useState(initial);
  const isColor = FORM.test(color);
  const { color: fillOf, onColor } = readablePair(isColor ? color : undefined);
  return (
    <div>
      <label htmlFor="look-color" className="mb-1.5 block text-sm font-medium">
        {words.color}
      </label>
      <div className="flex gap-3">
        <input
          type="color"
          aria-label={words.pick}
          value={isColor ? color : DEFAULT_COLOR}
          onChange={(event) => setColor(event.target.value)}
          className="size-11 shrink-0 cursor-pointer rounded-xl border border-soft/60 bg-surface p-1"
        />
        <input
          id="look-color"
          name="color"
          value={color}
          onChange={(event) => setColor(event.target.value)}
          maxLength={7}
          placeholder={DEFAULT_COLOR}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="look-color-hint look-color-reads"
          className={INPUT}
        />
      </div>
      <p className="mt-2 flex flex-wrap items-center gap-3 text-sm" id="look-color-reads" aria-live="polite">
        <span
          className="rounded-xl px-4 py-2 font-semibold"
          style={{ background: fillOf, color: onColor }}
          aria-hidden="true"
        >
          ¥38.00
        </span>
        <span className="text-soft">{contrastWords(color, words)}</span>
      </p>
      <p className="mt-1.5 text-sm text-soft" id="look-color-hint">
        {words.colorHint}
      </p>
    </div>
  );
}

/** Which text stands on the colour, and how well it can be read. */
function contrastWords(color: string, words: LookText): string {
  if (color === "") return words.ours;
  if (!FORM.test(color)) return words.notColor;
  const pair = readablePair(color);
  const ratio = (Math.floor(contrast(pair.color, pair.onColor) * 10) / 10).toFixed(1);
  return fill(pair.onColor === "#ffffff" ? words.white : words.dark, { ratio });
}
