import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";
import { INPUT } from "./look.ts";

interface Labelled {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly name: string;
}

/** A label, its input and a hint. */
export function Field({ label, hint, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Shell id={id} label={label} hint={hint}>
      <input {...rest} id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} className={INPUT} />
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
      <select {...rest} id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} className={INPUT}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Shell>
  );
}

export function Check({ label, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: string; name: string }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input {...rest} type="checkbox" className="size-5 shrink-0 accent-action" />
      <span>{label}</span>
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
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input {...rest} type="radio" className="size-5 shrink-0 accent-action" />
      <span>
        {label}
        {hint === undefined ? null : <span className="block text-sm text-soft">{hint}</span>}
      </span>
    </label>
  );
}

/** On or off, for a setting; it takes effect when its form is sent. */
export function Switch({
  label,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string | undefined; name: string }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center justify-between gap-4">
      <span>
        {label}
        {hint === undefined ? null : <span className="block text-sm text-soft">{hint}</span>}
      </span>
      <input
        {...rest}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: the browser tells whether a checkbox is checked
        role="switch"
        className="relative h-7 w-12 shrink-0 cursor-pointer appearance-none rounded-full border border-soft bg-sunken transition-colors before:absolute before:top-1 before:left-1 before:size-4.5 before:rounded-full before:bg-soft before:transition-transform checked:border-action checked:bg-action checked:before:translate-x-5 checked:before:bg-action-ink"
      />
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
