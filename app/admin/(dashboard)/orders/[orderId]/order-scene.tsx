import { ActionForm } from "#components/admin/action-form.tsx";
import { Select } from "#components/admin/field.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { SCENES, type Scene } from "#lib/contract/scene.ts";
import { sceneReasonText, sceneText } from "#lib/texts/scene.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { correctScene } from "./actions.ts";

/** The scene of the order, the reasons for it, and the form to correct it. */
export function OrderScene({ order, adminRequest }: { order: OrderView; adminRequest: AdminRequest }) {
  const text = sceneText(adminRequest.language);
  const scene = order.scene as Scene | null;
  const detail = order.sceneDetail ?? null;
  const corrected = detail?.reasons[0]?.signal === "correction" && detail.confidence === 1;
  return (
    <Card className="flex flex-col gap-3 px-4 py-4 sm:px-5" data-testid="scene">
      <p className="flex flex-wrap items-center gap-2">
        <strong>{scene === null ? text.unknown : text.names[scene]}</strong>
        {detail === null ? null : (
          <Badge tone={detail.fallback ? "warn" : "brand"}>
            {corrected ? text.corrected : fill(text.sure, { share: Math.round(detail.confidence * 100) })}
          </Badge>
        )}
      </p>
      {detail?.fallback ? <p className="text-sm text-soft">{text.fallback}</p> : null}
      {detail === null || detail.reasons.length === 0 ? null : (
        <ul className="flex flex-col gap-1 text-sm text-soft">
          {detail.reasons.map((reason) => (
            <li key={`${reason.signal}${reason.value}`}>{sceneReasonText(reason, adminRequest.language)}</li>
          ))}
        </ul>
      )}
      {adminRequest.may("orders.ask") ? (
        <Dialog
          opener={{ label: text.correct, look: `${toneLook("plain")} self-start max-sm:w-full` }}
          title={text.correct}
          hint={text.hint}
        >
          <ActionForm
            action={correctScene}
            submit={text.submit}
            working={adminRequest.text.working}
            hidden={{ orderId: order.id }}
          >
            <Select
              name="scene"
              label={text.label}
              defaultValue={scene ?? "other"}
              options={SCENES.map((value) => ({ value, label: text.names[value] }))}
            />
          </ActionForm>
        </Dialog>
      ) : null}
    </Card>
  );
}
