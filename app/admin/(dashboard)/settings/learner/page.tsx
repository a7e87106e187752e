import { ActionForm } from "#components/admin/action-form.tsx";
import { Facts, Heading, Section } from "#components/admin/heading.tsx";
import { INPUT } from "#components/admin/look.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SCENES } from "#lib/contract/scene.ts";
import { type LearnerStatus, learnerStatus } from "#lib/storage/learner/learner-status.ts";
import { learnerText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { setMargin, turnLearner } from "./actions.ts";

/** The learner of optional offers: its status, its switch and its settings. */
export default adminPage("config.read", async (adminRequest) => {
  const status = await learnerStatus(adminRequest.container.database.pool);
  const words = learnerText(adminRequest.language);
  return (
    <>
      <Heading title={words.title} />
      <p className="mb-5 max-w-prose text-soft">{words.intro}</p>
      {status.settings.stoppedBy === "stop_loss" ? <Notice tone="warn">{words.stopped}</Notice> : null}
      <div className="mt-5 grid items-start gap-5 xl:grid-cols-2">
        <State status={status} adminRequest={adminRequest} />
        <Margins status={status} adminRequest={adminRequest} />
      </div>
    </>
  );
});

interface LearnerProps {
  readonly status: LearnerStatus;
  readonly adminRequest: AdminRequest;
}

function State({ status, adminRequest }: LearnerProps) {
  const words = learnerText(adminRequest.language);
  const { settings, decisions, model } = status;
  return (
    <Card>
      <p className="flex items-center justify-between gap-3 px-4 pt-4 sm:px-5">
        <span className="text-sm text-soft">{words.state}</span>
        <Badge tone={settings.enabled ? "brand" : "warn"}>{settings.enabled ? words.on : words.off}</Badge>
      </p>
      <Facts
        facts={[
          { label: words.holdout, explain: words.holdoutHint, value: `${Math.round(settings.holdout * 100)} %` },
          { label: words.decided, value: String(decisions.made) },
          { label: words.offered, value: String(decisions.offered) },
          { label: words.learned, value: String(model.folded) },
          { label: words.model, value: String(model.version) },
        ]}
      />
      {adminRequest.may("config.write") ? (
        <div className="px-4 pb-4 sm:px-5">
          <ActionForm
            action={turnLearner}
            hidden={{ enabled: settings.enabled ? "no" : "yes" }}
            submit={settings.enabled ? words.turnOff : words.turnOn}
            working={adminRequest.text.working}
            tone={settings.enabled ? "danger" : "primary"}
          />
        </div>
      ) : null}
    </Card>
  );
}

function Margins({ status, adminRequest }: LearnerProps) {
  const words = learnerText(adminRequest.language);
  const { text } = adminRequest;
  const known = Object.entries(status.settings.margins);
  const names: Readonly<Record<string, string>> = { ...sceneText(adminRequest.language).names, default: words.all };
  const nameOf = (scene: string) => names[scene] ?? scene;
  return (
    <Section title={words.margins}>
      <Card className="px-4 py-4 sm:px-5">
        <p className="mb-3 text-sm text-soft">{words.marginsHint}</p>
        <ul className="mb-4 divide-y divide-line">
          {known.length === 0 ? <li className="py-2 text-soft">{words.none}</li> : null}
          {known.map(([scene, bps]) => (
            <li key={scene} className="flex justify-between gap-3 py-2 tabular-nums">
              <span>{nameOf(scene)}</span>
              <span>{bps / 100} %</span>
            </li>
          ))}
        </ul>
        {adminRequest.may("config.write") ? (
          <ActionForm action={setMargin} submit={words.save} working={text.working}>
            <label className="block">
              <span className="mb-1.5 block text-sm font-medium">{words.scene}</span>
              <select name="scene" className={INPUT}>
                {["default", ...SCENES].map((scene) => (
                  <option key={scene} value={scene}>
                    {nameOf(scene)}
                  </option>
                ))}
              </select>
            </label>
            <label className="block">
              <span className="mb-1.5 block text-sm font-medium">{words.percent}</span>
              <input
                name="percent"
                inputMode="decimal"
                required
                pattern="[0-9]{1,3}([.][0-9]{1,2})?"
                className={INPUT}
              />
            </label>
          </ActionForm>
        ) : null}
      </Card>
    </Section>
  );
}
