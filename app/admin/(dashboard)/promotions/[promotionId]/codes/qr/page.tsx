import Link from "next/link";
import { Field, Select } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { LINK, toneLook } from "#components/admin/look.ts";
import { CopyButton } from "#components/controls/copy-button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PROMOTION_CODE_CHARS_MAX } from "#lib/base/limits.ts";
import type { CollectionCodeView } from "#lib/contract/collection-code.ts";
import { type CodesText, codesText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../../../admin-page.tsx";
import { nameOf } from "../../../promotion-words.ts";
import { readPromotion } from "../../read-promotion.ts";
import { type AskedLink, askedLink, type CodeLink, codeLink, placesOf } from "./code-link.ts";

/** A link and a QR code that open a place of payment with a promotion code in it. */
export default adminPage("promotions.read", async (adminRequest, { params, search }) => {
  const { language, may } = adminRequest;
  const promotion = await readPromotion(adminRequest, params.promotionId);
  const words = codesText(language);
  const places = may("collection.read") ? await placesOf(adminRequest) : [];
  const given = askedLink((name) => search[name]);
  const asked = { ...given, code: given.code || (promotion.rule.code ?? "") };
  const link = await codeLink(adminRequest, { promotion, places }, asked);
  const base = `/admin/promotions/${promotion.rule.id}/codes`;
  return (
    <>
      <Heading title={`${words.qr.title} · ${nameOf(promotion.rule, language)}`} />
      <p className="mb-4 max-w-prose text-soft">{words.qr.hint}</p>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Choice {...{ places, asked, words, action: `${base}/qr` }} />
        <Made link={link} asked={asked} words={words} picture={`${base}/qr/picture`} />
      </div>
      <p className="mt-6">
        <a href={base} className={toneLook("plain")}>
          {words.title}
        </a>
      </p>
    </>
  );
});

interface LinkChoiceProps {
  readonly places: readonly CollectionCodeView[];
  readonly asked: AskedLink;
  readonly words: CodesText;
  readonly action: string;
}

function Choice({ places, asked, words: { qr }, action }: LinkChoiceProps) {
  const options = [...places.map(({ id, label }) => ({ value: id, label })), { value: "own", label: qr.own }];
  return (
    <Card className="px-4 py-4 sm:px-5">
      <form method="get" action={action} className="flex flex-col gap-4">
        <Field
          label={qr.code}
          name="code"
          defaultValue={asked.code}
          maxLength={PROMOTION_CODE_CHARS_MAX}
          required
          autoComplete="off"
        />
        {places.length > 0 ? null : (
          <Notice>
            {qr.noPlace}{" "}
            <Link href="/admin/collection-codes/new" prefetch={false} className={LINK}>
              {qr.newPlace}
            </Link>
          </Notice>
        )}
        <Select label={qr.at} name="at" options={options} defaultValue={asked.at} />
        <Field label={qr.ownUrl} hint={qr.ownHint} name="url" type="url" defaultValue={asked.url} maxLength={500} />
        <button type="submit" className={`${toneLook("primary")} self-start`}>
          {qr.show}
        </button>
      </form>
    </Card>
  );
}

interface MadeLinkProps {
  readonly link: CodeLink;
  readonly asked: AskedLink;
  readonly words: CodesText;
  readonly picture: string;
}

function Made({ link, asked, words: { qr }, picture }: MadeLinkProps) {
  if (link.kind === "nothing") return null;
  if (link.kind !== "link") {
    const said = link.kind === "bad_url" ? qr.badUrl : fill(qr.notOfPromotion, { code: link.code });
    return (
      <div role="alert">
        <Notice tone="warn">{said}</Notice>
      </div>
    );
  }
  const file = (form: string) => `${picture}?${new URLSearchParams({ ...asked, form })}`;
  return (
    <Card className="flex flex-col items-center gap-4 px-4 py-5 sm:px-5" data-testid="code-qr">
      <img
        src={file("svg")}
        alt={fill(qr.alt, { code: link.code })}
        width={240}
        height={240}
        className="rounded-lg border border-line bg-white"
      />
      <p className="w-full text-center text-sm break-all">
        <span className="block text-soft">{qr.link}</span>
        <code className="font-mono">{link.url}</code>
      </p>
      <div className="flex flex-wrap justify-center gap-3">
        <CopyButton value={link.url} what={qr.link} />
        {(["png", "svg"] as const).map((form) => (
          <a key={form} href={file(form)} download={`${link.code}.${form}`} className={toneLook("plain")}>
            {qr[form]}
          </a>
        ))}
      </div>
    </Card>
  );
}
