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

const CELL = "px-0.5 py-2.5 text-center align-top sm:px-4";

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
      <table className="w-full border-collapse text-sm [&_tr>:first-child]:pr-2 [&_tr>:first-child]:pl-4 [&_tr>:last-child]:pr-3">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            <th scope="col" className={`${CELL} text-left font-medium text-soft`}>
              {action}
            </th>
            {roles.map((role) => (
              <th key={role} scope="col" className={`${CELL} font-semibold whitespace-nowrap max-sm:text-xs`}>
                {role}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ name, rights }) => (
            <Fragment key={name}>
              <tr className="border-t border-line bg-sunken">
                <th
                  scope="rowgroup"
                  colSpan={roles.length + 1}
                  className="px-4 py-2 text-left text-xs font-medium text-soft"
                >
                  {name}
                </th>
              </tr>
              {rights.map(([right, allowed]) => (
                <tr key={right} className="border-t border-line">
                  <th scope="row" className={`${CELL} text-left font-normal`}>
                    {right}
                  </th>
                  {roles.map((role, at) => (
                    <td key={role} className={CELL}>
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
    <svg className="mx-auto size-5 text-brand-ink" role="img" aria-label={words.yes}>
      <use href="#role-yes" />
    </svg>
  ) : (
    <span className="text-soft" role="img" aria-label={words.no}>
      –
    </span>
  );
}
