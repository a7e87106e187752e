"use client";

import { type ComponentType, type ReactNode, useState } from "react";

/** The button that something opens from. */
export interface Opener {
  readonly look: string;
  /** Its accessible name, where the content alone is not enough. */
  readonly label?: string;
  readonly content: ReactNode;
}

interface Demanded {
  readonly opener: Opener;
  /** It was asked for by this button, so it opens at once. */
  readonly defaultOpen?: boolean;
  /** A field of the form around it, as long as it is not loaded. */
  readonly field?: { readonly name: string; readonly value: string };
}

/**
 * A button whose dialog, menu or popover is loaded when it is wanted: the library behind them weighs as much as React, and most
 * pages are read and left. A pointer or the focus on the button begins to load it.
 */
export function onDemand<Props extends Demanded>(
  kind: "dialog" | "menu" | "listbox",
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
) {
  return function OnDemand(props: Props) {
    const [loaded, setLoaded] = useState<{ readonly Control: ComponentType<Props>; readonly isAsked: boolean }>();
    if (loaded !== undefined) return <loaded.Control {...props} defaultOpen={loaded.isAsked} />;
    const {
      opener: { look, label, content },
      field,
    } = props;
    // Without a network the button stays as it is, and is tried again.
    const bring = (isAsked: boolean) =>
      load().then(
        ({ default: Control }) => setLoaded((before) => before ?? { Control, isAsked }),
        () => undefined,
      );
    const warm = () => void load().catch(() => undefined);
    return (
      <>
        {field === undefined ? null : <input type="hidden" {...field} />}
        <button
          type="button"
          aria-haspopup={kind}
          aria-expanded={false}
          aria-label={label}
          className={look}
          onPointerEnter={warm}
          onFocus={warm}
          onClick={() => bring(true)}
        >
          {content}
        </button>
      </>
    );
  };
}
