"use client";

import { Fragment } from "react";
import { Card } from "../ui/card.tsx";

interface RoleMatrixProps {
  readonly title: string;
  /** Above the names of what may be done. */
  readonly action: string;
  readonly roles: readonly string[];
  readonly words: { readonly yes: string; readonly no: string };
  readonly groups: readonly {
    readonly name: string;
    /** Each with `1` or `0` for each role. */
    readonly rights: readonly (readonly [name: string, allowed: string])[];
  }[];
}

/** Said once for the table: there are hundreds of cells, and each would carry it. */
const CELLS =
  "[&_td]:px-0.5 [&_td]:py-2.5 [&_td]:text-center [&_td]:align-top [&_td]:text-soft sm:[&_td]:px-4 [&_td>svg]:mx-auto [&_td>svg]:size-5 [&_td>svg]:text-brand-ink";
const HEADS =
  "[&_th]:px-0.5 [&_th]:py-2.5 [&_th]:align-top sm:[&_th]:px-4 [&_th[scope=row]]:text-left [&_th[scope=row]]:font-normal";
const ROWS =
  "[&_tbody_tr]:border-t [&_tbody_tr]:border-line [&_tr>:first-child]:pr-2 [&_tr>:first-child]:pl-4 [&_tr>:last-child]:pr-3";

/** Client code, so that the page sends what is in its cells once more as data and not as all their markup. */
export function RoleMatrix({ title, action, roles, words, groups }: RoleMatrixProps) {
  return (
    <Card className="max-w-4xl overflow-x-auto">
      <svg width="0" height="0" className="absolute" aria-hidden="true">
        <symbol id="role-yes" viewBox="0 0 20 20">
          <path
            d="m4 10.5 4 4 8-9"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </symbol>
      </svg>
      <table className={`w-full border-collapse text-sm ${HEADS} ${CELLS} ${ROWS}`}>
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            <th scope="col" className="text-left font-medium text-soft">
              {action}
            </th>
            {roles.map((role) => (
              <th key={role} scope="col" className="text-center font-semibold whitespace-nowrap max-sm:text-xs">
                {role}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ name, rights }) => (
            <Fragment key={name}>
              <tr className="bg-sunken">
                <th scope="rowgroup" colSpan={roles.length + 1} className="text-left text-xs font-medium text-soft">
                  {name}
                </th>
              </tr>
              {rights.map(([right, allowed]) => (
                <tr key={right}>
                  <th scope="row">{right}</th>
                  {roles.map((role, at) => (
                    <td key={role}>
                      <Mark isAllowed={allowed[at] === "1"} words={words} />
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Mark({ isAllowed, words }: { isAllowed: boolean; words: RoleMatrixProps["words"] }) {
  return isAllowed ? (
    <svg role="img" aria-label={words.yes}>
      <use href="#role-yes" />
    </svg>
  ) : (
    <span role="img" aria-label={words.no}>
      –
    </span>
  );
}
