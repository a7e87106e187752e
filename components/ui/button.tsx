import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from "react";

type Weight = "primary" | "secondary" | "quiet";

const SHARED = "inline-flex min-h-12 items-center justify-center gap-2 rounded-2xl px-5 py-2.5 text-center press";
const WEIGHTS: Readonly<Record<Weight, string>> = {
  primary: "w-full min-h-14 bg-action text-lg font-semibold text-action-ink",
  secondary: "w-full bg-sunken font-medium text-ink",
  quiet: "min-h-11 px-3 py-2 text-sm text-soft underline decoration-line underline-offset-4",
};

/** The look of a button, for whatever element has to carry it. */
export const buttonLook = (weight: Weight): string => `${SHARED} ${WEIGHTS[weight]}`;

export function Button({
  weight = "primary",
  type = "button",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { weight?: Weight }) {
  return <button {...rest} type={type} className={buttonLook(weight)} />;
}

export function ButtonLink({
  weight = "primary",
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { weight?: Weight }) {
  return <a {...rest} className={buttonLook(weight)} />;
}
