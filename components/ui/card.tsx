import type { HTMLAttributes } from "react";

export function Card({ className = "", ...rest }: HTMLAttributes<HTMLElement>) {
  return <section {...rest} className={`rounded-card bg-surface lifted ${className}`} />;
}
