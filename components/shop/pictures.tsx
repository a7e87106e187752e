import type { ReactNode } from "react";

// Drawn by hand on an 80 × 80 ground: quiet shapes, three or four tones each, the same light from the upper left.

const Latte = (
  <>
    <ellipse cx="38" cy="66" rx="26" ry="5" fill="#d3bfa5" />
    <path d="M17 28h42l-4 28a10 10 0 0 1-10 8.600H31A10 10 0 0 1 21 56Z" fill="#fdfaf5" />
    <path d="M58 34h3a8 8 0 0 1 0 16h-5l.8-5H61a3.2 3.2 0 0 0 0-6.400h-3.700Z" fill="#fbf4ea" />
    <ellipse cx="38" cy="28" rx="21" ry="7" fill="#efe4d5" />
    <ellipse cx="38" cy="28" rx="18" ry="5.6" fill="#a8703f" />
    <path
      d="M38 32.500c-6-2.8-8.5-4.3-8.5-6 0-2.7 6-3 8.5-.6 2.5-2.4 8.5-2.1 8.5.6 0 1.7-2.5 3.2-8.5 6Z"
      fill="#f6e6d0"
    />
    <path
      d="M31 12c-3 3.5 2 4.5-.5 8M39 9c-3 3.5 2 5-.5 9M47 12c-3 3.5 2 4.5-.5 8"
      stroke="#cdbba5"
      strokeWidth="2"
      fill="none"
      strokeLinecap="round"
    />
  </>
);

const PourOver = (
  <>
    <ellipse cx="40" cy="69" rx="23" ry="4" fill="#cdbfae" />
    <path d="M20 12h40l-13 22a4 4 0 0 1-3.4 2h-7.200A4 4 0 0 1 33 34Z" fill="#fffdf9" />
    <path d="M25 16h30l-9 15H34Z" fill="#8a5530" />
    <path d="M25 16h30l-2 3.400H27Z" fill="#6c3f21" />
    <path d="M37 36h6v5h-6Z" fill="#e8ddcf" />
    <path d="M26 41h28v4l4 17a6 6 0 0 1-6 7H28a6 6 0 0 1-6-7l4-17Z" fill="#dfeaf0" />
    <path d="M24.4 52h31.200l2.4 10a6 6 0 0 1-6 7H28a6 6 0 0 1-6-7Z" fill="#8a5530" />
    <path
      d="M29 47c-.6 6-1.6 10-2.6 14"
      stroke="#fff"
      strokeWidth="2.5"
      strokeLinecap="round"
      fill="none"
      opacity=".7"
    />
  </>
);

const ColdBrew = (
  <>
    <ellipse cx="40" cy="69" rx="19" ry="4" fill="#c6cfd4" />
    <path d="m24 18 4 46a6 6 0 0 0 6 5h12a6 6 0 0 0 6-5l4-46Z" fill="#e4eef3" />
    <path d="m25 29 3.2 35a6 6 0 0 0 6 5h11.600a6 6 0 0 0 6-5L55 29Z" fill="#5b3419" />
    <rect x="29" y="31" width="11" height="11" rx="2.5" fill="#b98b63" transform="rotate(-14 34 36)" />
    <rect x="41" y="35" width="11" height="11" rx="2.5" fill="#a97a52" transform="rotate(12 46 40)" />
    <rect x="31" y="46" width="10" height="10" rx="2.5" fill="#8c5f3b" transform="rotate(8 36 51)" />
    <path d="m45 30 6-24" stroke="#07a552" strokeWidth="3.5" strokeLinecap="round" />
    <path d="m29 24 2.6 34" stroke="#fff" strokeWidth="2.5" strokeLinecap="round" opacity=".55" />
  </>
);

const Soda = (
  <>
    <ellipse cx="40" cy="69" rx="19" ry="4" fill="#bfd6c6" />
    <path d="M25 16h30l-3 48a6 6 0 0 1-6 5H34a6 6 0 0 1-6-5Z" fill="#e2f5e8" />
    <path d="M26 28h28l-2.2 36a6 6 0 0 1-6 5H34.200a6 6 0 0 1-6-5Z" fill="#b5e8c5" />
    <circle cx="52" cy="20" r="11" fill="#7fc65c" />
    <circle cx="52" cy="20" r="8.8" fill="#e9f6c9" />
    <path d="M52 12v16M44 20h16M46.4 14.400l11.2 11.200M57.6 14.4 46.4 25.6" stroke="#a9d87f" strokeWidth="1.6" />
    <circle cx="35" cy="40" r="2" fill="#fff" />
    <circle cx="43" cy="48" r="2.6" fill="#fff" />
    <circle cx="36" cy="56" r="1.8" fill="#fff" />
    <circle cx="45" cy="36" r="1.5" fill="#fff" />
    <path d="m30.5 22 2 38" stroke="#fff" strokeWidth="2.5" strokeLinecap="round" opacity=".6" />
  </>
);

const Croissant = (
  <>
    <ellipse cx="40" cy="62" rx="30" ry="4.5" fill="#dccdb4" />
    <path
      d="M8 52c2-20 16-33 33-33 17 0 29 13 31 33-6 5-13 4-17-2-3-5-8-8-14-8s-12 3-16 9c-4 5-11 6-17 1Z"
      fill="#d98e3b"
    />
    <path d="M41 19c17 0 29 13 31 33-6 5-13 4-17-2-2-3.5-5-6-9-7.200Z" fill="#c77a2b" />
    <path
      d="M24 26c4 6 7 12 8 19M36 19.500c2.5 7 3.6 14 3.5 23M50 21c0 8-1.5 15-4 22M62 31c-2 6-4.5 11-8 16M14 37c4 3 8 8 10 13"
      stroke="#f3bf77"
      strokeWidth="3.2"
      strokeLinecap="round"
      fill="none"
    />
  </>
);

const Basque = (
  <>
    <ellipse cx="40" cy="64" rx="30" ry="5" fill="#d9d3e0" />
    <path d="M10 60 12 40 66 26c4 5 5.5 12 4 20l-2 14Z" fill="#f8dd97" />
    <path d="M12 40C12 32 40 18 57 20c4 .5 7 3 9 6L12 44Z" fill="#7d4a22" />
    <path d="M12 40C12 32 40 18 57 20" stroke="#a56a38" strokeWidth="2.5" fill="none" strokeLinecap="round" />
    <path d="M11 52c10 3 14-4 22-2s10 4 18 0 12-1 18.5-1L68 60H10Z" fill="#fcedc4" />
  </>
);

const PICTURES: Readonly<Record<string, { readonly drawing: ReactNode; readonly ground: string }>> = {
  latte: { drawing: Latte, ground: "#ecdcc8" },
  "pour-over": { drawing: PourOver, ground: "#eadccb" },
  "cold-brew": { drawing: ColdBrew, ground: "#dbe6ec" },
  soda: { drawing: Soda, ground: "#d9f0df" },
  croissant: { drawing: Croissant, ground: "#f6e7cb" },
  basque: { drawing: Basque, ground: "#ece6f2" },
};

export function Picture({ sku, className }: { sku: string; className: string }) {
  const picture = PICTURES[sku];
  if (picture === undefined) return null;
  return (
    <svg viewBox="0 0 80 80" className={`overflow-visible ${className}`} aria-hidden="true">
      <title>{sku}</title>
      {/* Wider than the drawing, so that it fills whatever frame it is put into. */}
      <rect x="-80" width="240" height="80" fill={picture.ground} />
      {picture.drawing}
    </svg>
  );
}
