import { encode } from "uqr";

export interface DrawnCode {
  /** Modules a side, without any quiet ground. */
  readonly size: number;
  /** For a stroke one module wide: each run of dark modules is one stretch, reached from the end of the one before. */
  readonly path: string;
}

/** A QR code as one short path: it is a large part of a page this light, and stands in it twice. */
export function drawCode(text: string): DrawnCode {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  let path = "";
  let at = { x: 0, y: 0 };
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (row[x] !== true) continue;
      let end = x + 1;
      while (row[end] === true) end++;
      path += path === "" ? `M${x} ${y}.5` : `m${x - at.x} ${y - at.y}`;
      path += `h${end - x}`;
      at = { x: end, y };
      x = end;
    }
  });
  return { size, path };
}
