import { Fragment } from "react";
import { Card } from "#components/ui/card.tsx";
import { mayDo, ROLES } from "#lib/auth/admin-roles.ts";
import { peopleText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { RIGHT_GROUPS } from "./role-groups.ts";

const CELL = "px-0.5 py-2.5 text-center align-top first:pr-2 first:pl-4 last:pr-3 sm:px-4";

/** What each role may do, from the very table that every action asks. */
export function RoleTable({ adminRequest: { text, language } }: { adminRequest: AdminRequest }) {
  const { roles: words } = peopleText(language);
  return (
    <Card className="max-w-4xl overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{words.title}</caption>
        <thead>
          <tr>
            <th scope="col" className={`${CELL} text-left font-medium text-soft`}>
              {words.action}
            </th>
            {ROLES.map((role) => (
              <th key={role} scope="col" className={`${CELL} font-semibold whitespace-nowrap max-sm:text-xs`}>
                {text.roles[role]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {RIGHT_GROUPS.map(([group, rights]) => (
            <Fragment key={group}>
              <tr className="border-t border-line bg-sunken">
                <th
                  scope="rowgroup"
                  colSpan={ROLES.length + 1}
                  className="px-4 py-2 text-left text-xs font-medium text-soft"
                >
                  {words.groups[group]}
                </th>
              </tr>
              {rights.map((right) => (
                <tr key={right} className="border-t border-line">
                  <th scope="row" className={`${CELL} text-left font-normal`}>
                    {words.rights[right] ?? right}
                  </th>
                  {ROLES.map((role) => (
                    <td key={role} className={CELL}>
                      <Mark isAllowed={mayDo(role, right)} words={words} />
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

function Mark({ isAllowed, words }: { isAllowed: boolean; words: { readonly yes: string; readonly no: string } }) {
  return isAllowed ? (
    <span className="text-brand-ink">
      <svg
        viewBox="0 0 20 20"
        className="mx-auto size-5"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        aria-hidden="true"
      >
        <path d="m4 10.5 4 4 8-9" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <span className="sr-only">{words.yes}</span>
    </span>
  ) : (
    <span className="text-soft">
      <span aria-hidden="true">–</span>
      <span className="sr-only">{words.no}</span>
    </span>
  );
}
