"use client";

interface CurveTableProps {
  /** The moments of a page's curves, handed over once for all of them. */
  readonly moments: readonly string[];
  /** In their order. */
  readonly values: readonly string[];
  readonly words: { readonly time: string; readonly value: string };
}

/**
 * The figures of a curve. It is client code so that they travel as two lists: as elements they would cost a page of curves half a
 * megabyte. Cells are styled from above for the same reason.
 */
export function CurveTable({ moments, values, words }: CurveTableProps) {
  return (
    <table className="mt-2 w-full text-left text-xs tabular-nums [&_td]:border-t [&_td]:border-line [&_td]:py-1 [&_th]:py-1 [&_th]:font-medium [&_th]:text-soft [&_tr>:last-child]:text-right">
      <thead>
        <tr>
          <th scope="col">{words.time}</th>
          <th scope="col">{words.value}</th>
        </tr>
      </thead>
      <tbody>
        {moments.map((moment, at) => (
          <tr key={moment}>
            <td>{moment}</td>
            <td>{values[at]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
