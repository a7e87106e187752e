import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import { INPUT } from "./look.ts";

interface Labelled {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly name: string;
}

/** A label, its input and a hint. */
export function Field({ label, hint, id: given, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const made = useId();
  const id = given ?? made;
  return (
    <Shell id={id} label={label} hint={hint}>
      <input {...rest} id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} className={INPUT} />
    </Shell>
  );
}

/** The same for a few lines. */
export function Lines({ label, hint, ...rest }: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Shell id={id} label={label} hint={hint}>
      <textarea
        rows={3}
        spellCheck={false}
        autoComplete="off"
        {...rest}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className={INPUT}
      />
    </Shell>
  );
}

export function Select({
  label,
  hint,
  options,
  ...rest
}: Labelled & SelectHTMLAttributes<HTMLSelectElement> & { options: readonly { value: string; label: string }[] }) {
  const id = useId();
  return (
    <Shell id={id} label={label} hint={hint}>
      <select
        {...rest}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className={`${INPUT} truncate`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Shell>
  );
}

export function Check({
  label,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string | undefined; name: string }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 py-1">
      <input {...rest} type="checkbox" className="size-5 shrink-0 accent-action" />
      <span>
        {label}
        {hint === undefined ? null : <span className="block text-sm text-soft">{hint}</span>}
      </span>
    </label>
  );
}

/** One of a few, beside its like-named others in a fieldset. */
export function Radio({
  label,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string | undefined; name: string; value: string }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 py-1">
      <input {...rest} type="radio" className="size-5 shrink-0 accent-action" />
      <span>
        {label}
        {hint === undefined ? null : <span className="block text-sm text-soft">{hint}</span>}
      </span>
    </label>
  );
}

interface ShellProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly children: ReactNode;
}

function Shell({ id, label, hint, children }: ShellProps) {
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      {children}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
