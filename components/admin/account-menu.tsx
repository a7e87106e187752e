"use client";

import type { ReactNode } from "react";
import type { Language } from "#lib/texts/language.ts";
import { Drawer } from "../controls/drawer.tsx";
import { useHydrated } from "../controls/hydrated.ts";
import { Chevron } from "../controls/icons.tsx";
import { Menu } from "../controls/menu.tsx";

interface AccountMenuProps {
  readonly words: {
    readonly label: string;
    readonly account: string;
    readonly signOut: string;
  };
  /** What they chose to be called. */
  readonly name: string | null;
  readonly email: string;
  readonly role: string;
  readonly otherLanguages: readonly { readonly language: Language; readonly name: string }[];
  readonly changeLanguage: (form: FormData) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const ACCOUNT = "/admin/settings/account";
const QUIET = "min-h-11 cursor-pointer px-1 underline underline-offset-4";
const ROW = "flex min-h-12 w-full cursor-pointer items-center text-left";

/** Who is signed in, and what belongs to them: a menu on a desktop, a sheet on a phone; plain forms without scripts. */
export function AccountMenu(props: AccountMenuProps) {
  const { words, email, role, otherLanguages, changeLanguage, signOut } = props;
  const name = props.name ?? email;
  const languages = (look: string) =>
    otherLanguages.map(({ language, name }) => (
      <form key={language} action={changeLanguage}>
        <button type="submit" name="language" value={language} lang={language} className={look}>
          {name}
        </button>
      </form>
    ));
  const leave = (look: string) => (
    <form action={signOut}>
      <button type="submit" className={look}>
        {words.signOut}
      </button>
    </form>
  );
  if (!useHydrated()) {
    return (
      <div className="flex min-h-11 items-center gap-4 text-sm text-soft">
        {languages(QUIET)}
        {leave(QUIET)}
      </div>
    );
  }
  const switchTo = (language: Language) => {
    const form = new FormData();
    form.set("language", language);
    void changeLanguage(form);
  };
  return (
    <>
      <div className="lg:hidden">
        <Drawer
          opener={{
            label: words.label,
            look: "flex size-11 cursor-pointer items-center justify-center",
            content: <Initial name={name} />,
          }}
          title={words.label}
        >
          <Person name={name} email={email} role={role} />
          <div className="mt-3 divide-y divide-line">
            <a href={ACCOUNT} className={ROW}>
              {words.account}
            </a>
            {languages(ROW)}
            {leave(ROW)}
          </div>
        </Drawer>
      </div>
      <div className="max-lg:hidden">
        <Menu
          opener={{
            label: `${words.label} ${email}`,
            look: "flex min-h-14 w-full cursor-pointer items-center gap-3 rounded-xl px-3 text-left text-sm hover:bg-sunken",
            content: (
              <>
                <Initial name={name} />
                <Person name={name} email={email} role={role} />
                <span className="rotate-180 text-soft">
                  <Chevron />
                </span>
              </>
            ),
          }}
          items={[
            { label: words.account, to: ACCOUNT },
            ...otherLanguages.map(({ language, name }) => ({
              label: name,
              to: () => switchTo(language),
              lang: language,
            })),
            { label: words.signOut, to: () => void signOut() },
          ]}
        />
      </div>
    </>
  );
}

const Initial = ({ name }: { name: string }): ReactNode => (
  <span
    aria-hidden="true"
    className="flex size-9 shrink-0 items-center justify-center rounded-full bg-brand-soft font-semibold text-brand-ink uppercase"
  >
    {[...name][0]}
  </span>
);

const Person = ({ name, email, role }: { name: string; email: string; role: string }): ReactNode => (
  <span className="min-w-0 flex-1">
    <span className="block truncate" title={email}>
      {name}
    </span>
    <span className="block text-soft">{role}</span>
  </span>
);
