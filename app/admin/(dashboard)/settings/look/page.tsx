import { ActionForm } from "#components/admin/action-form.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { INPUT } from "#components/admin/look.ts";
import { LookEditor } from "#components/admin/look-editor.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { ShopMark } from "#components/pay/shop-mark.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { LOOKS_LISTED } from "#lib/base/limits.ts";
import { logoPath, USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { readMerchant } from "#lib/storage/configuration/gateway-accounts.ts";
import { listShopLooks, type ShopLookVersion } from "#lib/storage/configuration/shop-looks.ts";
import { lookText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { removeLogo, restoreLook, saveLook, uploadLogo } from "./actions.ts";

/** How the shop shows itself to shoppers, with a preview that follows what is typed. */
export default adminPage("config.read", async (adminRequest) => {
  const { container, language, text } = adminRequest;
  const words = lookText(language);
  const { pool } = container.database;
  const [merchant, versions] = await Promise.all([readMerchant(pool), listShopLooks(pool, LOOKS_LISTED)]);
  const [current] = versions;
  const mayWrite = adminRequest.may("config.write");
  return (
    <>
      <Heading title={words.title} />
      <p className="mb-5 max-w-prose text-soft">{words.intro}</p>
      <LookEditor
        // What was saved is what the next change is made from.
        key={current?.version ?? 0}
        action={mayWrite ? saveLook : null}
        basedOn={current?.version ?? 0}
        initial={current?.look ?? USUAL_LOOK}
        words={words}
        working={text.working}
        fallbackName={merchant.brand?.name ?? merchant.name}
        previewUrl="/admin/settings/look/preview"
      >
        <Section title={words.logo}>
          <Logo current={current} name={merchant.brand?.name ?? merchant.name} adminRequest={adminRequest} />
        </Section>
        <Section title={words.versions}>
          <Versions versions={versions} adminRequest={adminRequest} />
        </Section>
      </LookEditor>
    </>
  );
});

interface LogoProps {
  readonly current: ShopLookVersion | undefined;
  readonly name: string;
  readonly adminRequest: AdminRequest;
}

function Logo({ current, name, adminRequest }: LogoProps) {
  const { language, text } = adminRequest;
  const words = lookText(language);
  const hash = current?.logoHash ?? null;
  const hidden = { basedOn: String(current?.version ?? 0) };
  return (
    <Card className="flex flex-col gap-4 px-4 py-4 sm:px-5">
      <div className="flex items-center gap-4">
        <ShopMark name={name} logoUrl={hash === null ? null : logoPath(hash)} large />
        <p className="text-sm text-soft" id="logo-hint">
          {hash === null ? <span className="block">{words.logoNone}</span> : null}
          {words.logoHint}
        </p>
      </div>
      {adminRequest.may("config.write") ? (
        <>
          <ActionForm action={uploadLogo} hidden={hidden} submit={words.upload} working={text.working}>
            <label className="block">
              <span className="mb-1.5 block text-sm font-medium">{words.choose}</span>
              <input
                type="file"
                name="file"
                accept="image/png,image/jpeg,image/webp,image/svg+xml"
                required
                aria-describedby="logo-hint"
                className={`${INPUT} file:mr-3 file:rounded-lg file:border-0 file:bg-sunken file:px-3 file:py-1.5 file:text-ink`}
              />
            </label>
          </ActionForm>
          {hash === null ? null : (
            <ActionForm action={removeLogo} hidden={hidden} submit={words.remove} working={text.working} tone="plain" />
          )}
        </>
      ) : null}
    </Card>
  );
}

function Versions({ versions, adminRequest }: { versions: readonly ShopLookVersion[]; adminRequest: AdminRequest }) {
  const { language, text } = adminRequest;
  const words = lookText(language);
  const [current] = versions;
  if (current === undefined) return <p className="text-soft">{words.noVersions}</p>;
  return (
    <Card className="px-4 sm:px-5">
      <ul className="divide-y divide-line">
        {versions.map(({ version, actor, at, look, logoHash }) => (
          <li key={version} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <div className="flex min-w-0 items-center gap-3">
              <ShopMark name={look.name || "·"} logoUrl={logoHash === null ? null : logoPath(logoHash)} />
              <p className="min-w-0">
                {fill(words.version, { version })}
                <span className="block text-sm text-soft">
                  {actor} · {at === null ? "" : fullTime(at, language)}
                </span>
              </p>
            </div>
            {version === current.version ? (
              <Badge tone="brand">{words.inForce}</Badge>
            ) : adminRequest.may("config.write") ? (
              <ActionForm
                action={restoreLook}
                hidden={{ basedOn: String(current.version), version: String(version) }}
                submit={words.restore}
                label={`${words.restore} ${fill(words.version, { version })}`}
                working={text.working}
                tone="plain"
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
