"use client";

import { createContext, type InputHTMLAttributes, type ReactNode, useContext, useId } from "react";
import { INPUT } from "../look.ts";

/** What was typed before, and what is wrong with it, by field. */
export interface FormContents {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

const Contents = createContext<FormContents>({ values: {}, problems: {} });

export const FormContentsProvider = ({ contents, children }: { contents: FormContents; children: ReactNode }) => (
  <Contents value={contents}>{children}</Contents>
);

interface Named {
  readonly label: string;
  readonly name: string;
  readonly hint?: string | undefined;
}

type TextFieldProps = Named & Omit<InputHTMLAttributes<HTMLInputElement>, "defaultValue">;

/** A field that keeps what was typed and says what is wrong with it. */
export function TextField({ label, hint, name, ...rest }: TextFieldProps) {
  return (
    <Shell label={label} hint={hint} name={name}>
      {(described) => <input autoComplete="off" {...rest} {...described} className={look(described)} />}
    </Shell>
  );
}

export const MoneyField = (props: TextFieldProps) => <TextField {...props} inputMode="decimal" maxLength={18} />;
export const CountField = (props: TextFieldProps) => <TextField {...props} inputMode="numeric" maxLength={7} />;

/** A list, with commas or on lines of its own. */
export function ListField(props: Named) {
  return (
    <Shell {...props}>
      {(described) => <textarea rows={2} {...described} className={look(described)} autoComplete="off" />}
    </Shell>
  );
}

interface ChoiceProps extends Named {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export function ChoiceField({ options, ...named }: ChoiceProps) {
  return (
    <Shell {...named}>
      {(described) => (
        <select {...described} className={look(described)}>
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Shell>
  );
}

export function TickField({ label, name, hint }: Named) {
  const { values } = useContext(Contents);
  const id = useId();
  return (
    <div>
      <label className="flex min-h-11 cursor-pointer items-center gap-3">
        <input
          type="checkbox"
          name={name}
          defaultChecked={values[name] === "on"}
          aria-describedby={hint === undefined ? undefined : id}
          className="size-5 shrink-0 accent-action"
        />
        <span>{label}</span>
      </label>
      {hint === undefined ? null : (
        <p id={id} className="text-sm text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

interface TicksProps {
  readonly legend: string;
  readonly hint: string;
  readonly boxes: readonly { readonly name: string; readonly label: string }[];
}

/** Any of a few. */
export function TicksField({ legend, hint, boxes }: TicksProps) {
  const { values } = useContext(Contents);
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {boxes.map(({ name, label }) => (
          <label
            key={name}
            className="flex min-h-11 cursor-pointer items-center gap-2 rounded-xl border border-soft/60 px-3 has-checked:border-action has-checked:bg-brand-soft"
          >
            <input
              type="checkbox"
              name={name}
              defaultChecked={values[name] === "on"}
              className="size-4 shrink-0 accent-action"
            />
            <span className="text-sm">{label}</span>
          </label>
        ))}
      </div>
      <p className="mt-1.5 text-sm text-soft">{hint}</p>
    </fieldset>
  );
}

interface DescribedField {
  readonly id: string;
  readonly name: string;
  readonly defaultValue: string;
  readonly "aria-invalid": true | undefined;
  readonly "aria-describedby": string | undefined;
}

const look = (described: DescribedField): string =>
  `${INPUT} ${described["aria-invalid"] === true ? "!border-2 !border-warn-ink" : ""}`;

function Shell({ label, hint, name, children }: Named & { children: (described: DescribedField) => ReactNode }) {
  const { values, problems } = useContext(Contents);
  const id = useId();
  const problem = problems[name];
  const describedBy = [problem === undefined ? "" : `${id}-problem`, hint === undefined ? "" : `${id}-hint`]
    .filter((part) => part !== "")
    .join(" ");
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        name,
        defaultValue: values[name] ?? "",
        "aria-invalid": problem === undefined ? undefined : true,
        "aria-describedby": describedBy === "" ? undefined : describedBy,
      })}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} className="mt-1.5 text-sm font-medium text-warn-ink">
          {problem}
        </p>
      )}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
