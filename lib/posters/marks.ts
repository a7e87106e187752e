import type { Language } from "#lib/texts/language.ts";

/** A line of text with its size in millimetres. */
export interface Line {
  readonly text: string;
  readonly size: number;
}

/** What a poster is made of. Lengths in millimetres of A6; A4 is the same at twice the size. */
export type Mark =
  | {
      readonly kind: "rectangle";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly fill: string;
    }
  /** An SVG path, drawn at a place and a scale of its own. */
  | {
      readonly kind: "path";
      readonly path: string;
      readonly x: number;
      readonly y: number;
      readonly scale: number;
      readonly fill: string;
    }
  /** Centred on x, standing on y. */
  | ({
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly bold: boolean;
      readonly fill: string;
    } & Line);

export interface Poster {
  readonly language: Language;
  /** What it is called where it is not seen. */
  readonly title: string;
  /** Of the page, in millimetres. */
  readonly width: number;
  readonly height: number;
  /** Millimetres of the page per millimetre of a mark. */
  readonly scale: number;
  /** What is left at top and bottom, since A4 is a hair taller than two A6. */
  readonly top: number;
  readonly marks: readonly Mark[];
}
