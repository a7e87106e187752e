import type { ReactNode } from "react";

/** Lets what is new rise into its place, once per `key`. */
export function Reveal({ children }: { children: ReactNode }) {
  return <div className="motion-arrive flex flex-col items-center">{children}</div>;
}
