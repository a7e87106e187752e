import { toneLook } from "#components/admin/look.ts";
import { Tabs } from "#components/admin/tabs.tsx";
import { Card } from "#components/ui/card.tsx";
import { type CollectionCodeView, POSTER_SIZES, type PosterQuery } from "#lib/contract/collection-code.ts";
import type { CollectionText } from "#lib/texts/admin.ts";
import { FULL_LANGUAGES, textsIn } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";

interface PosterProps {
  readonly code: CollectionCodeView;
  readonly lang: PosterQuery["lang"];
  readonly words: CollectionText;
}

const FORMS = ["pdf", "svg"] as const;

/** A preview of the poster and its files for printing. */
export function Poster({ code, lang, words }: PosterProps) {
  const adminPage = `/admin/collection-codes/${code.id}`;
  const file = (form: string, size: string) => `${adminPage}/poster?${new URLSearchParams({ form, size, lang })}`;
  return (
    <>
      <Tabs
        label={words.poster}
        tabs={FULL_LANGUAGES.map((each) => ({
          href: `${adminPage}?lang=${each}`,
          label: textsIn(each).about.name,
          here: each === lang,
        }))}
      />
      <Card className="px-4 py-5 sm:px-5">
        <img
          // The address changes with the content, so that no cached picture is shown.
          src={`${file("svg", "a6")}&seen=${Date.parse(code.updatedAt)}`}
          alt={fill(words.previewOf, { label: code.label })}
          width={420}
          height={592}
          className="mx-auto h-auto w-full max-w-80 rounded-lg border border-line"
        />
        <ul className="mt-5 grid grid-cols-2 gap-3">
          {POSTER_SIZES.flatMap((size) =>
            FORMS.map((form) => (
              <li key={`${size}-${form}`}>
                <a
                  href={file(form, size)}
                  download={`${code.code}-${size}.${form}`}
                  className={`${toneLook("plain")} w-full`}
                >
                  {fill(words.download, { size: size.toUpperCase(), form: form.toUpperCase() })}
                </a>
              </li>
            )),
          )}
        </ul>
        <p className="mt-4 text-sm text-soft">{words.posterHint}</p>
      </Card>
    </>
  );
}
