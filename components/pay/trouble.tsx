import { ButtonLink } from "#components/ui/button.tsx";
import type { OtherWay } from "./panels.tsx";

/** Something that passes: what happened, that nothing was lost, and one way on. */
export function Trouble({ title, hint, retry }: { title: string; hint: string; retry: OtherWay | null }) {
  return (
    <div className="motion-arrive flex w-full flex-col items-center text-center" role="alert">
      <svg viewBox="0 0 96 96" width={80} height={80} className="size-20" aria-hidden="true">
        <title>!</title>
        <circle cx="48" cy="48" r="46" className="fill-warn-soft" />
        <path d="M48 26v28M48 67v.5" className="fill-none stroke-warn-ink" strokeWidth="7" strokeLinecap="round" />
      </svg>
      <h2 className="mt-4 text-lg font-semibold">{title}</h2>
      <p className="mt-1.5 max-w-xs text-sm leading-relaxed text-soft">{hint}</p>
      {retry !== null && (
        <div className="mt-5 w-full max-w-60">
          <ButtonLink href={retry.href} weight="secondary">
            {retry.label}
          </ButtonLink>
        </div>
      )}
    </div>
  );
}
