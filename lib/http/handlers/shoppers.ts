import { AppError } from "#lib/base/app-error.ts";
import { type PersonalisationRequest, personalisationRequestSchema } from "#lib/contract/personalisation.ts";
import { exportShopper, requestErasure, requestErasureOfKnown } from "#lib/storage/behaviour/shoppers.ts";
import { json, redirect } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import { merchant, param, payPage } from "../endpoint.ts";
import { requireSameSite } from "../fetch-metadata.ts";
import { checked, readJson } from "../read-request.ts";
import { consentCookie, provenShopper, readShopper, refusalCookie } from "../shopper.ts";

/** `GET /api/v1/shoppers/{shopperId}` */
export const readShopperExport = merchant("shoppers:read", async (call) => {
  const { database, clock } = call.container;
  const found = await exportShopper(database.pool, param(call, "shopperId"));
  if (found === null) throw new AppError("not_found", "nothing is stored about this shopper");
  return json(200, { ...found, exportedAt: clock.now().toISOString() });
});

/** `DELETE /api/v1/shoppers/{shopperId}`: the worker erases the shopper. */
export const eraseShopper = merchant("shoppers:write", async (call) => {
  const shopperId = param(call, "shopperId");
  await requestErasure(call.container.database.pool, { shopperId, actor: `key:${call.caller.id}` });
  return json(202, { shopperId, status: "erasing" });
});

const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i;

/**
 * `POST /api/personalisation`: a shopper agrees or declines to be remembered, by a plain form or by fetch. The same call changes
 * the choice.
 */
export const personalisation = payPage(async (call): Promise<Answer> => {
  requireSameSite(call);
  await call.container.limits.countChoice(call.client.address);
  const isForm = FORM_TYPE.test(call.headers.get("content-type") ?? "");
  const { choice, back } = isForm ? await readForm(call) : await readJson(call, personalisationRequestSchema);
  const cookie = choice === "on" ? await consentCookie(call) : refusalCookie(call);
  if (choice === "off") await forget(call);
  const headers = { "set-cookie": cookie };
  if (isForm) return redirect(back ?? "/", headers);
  return json(200, { consent: choice === "on", optOut: choice === "off" }, headers);
});

/** `GET /api/personalisation`: the choice stored in this browser. */
export async function readPersonalisation(call: Call): Promise<Answer> {
  const { consent, optOut } = readShopper(call);
  return json(200, { consent, optOut });
}

/**
 * A shopper who withdraws consent is erased (PIPL art. 47). The refusal counts even if the job cannot be created now. Only for
 * a proven pseudonym with stored data, because others can be invented.
 */
async function forget(call: Call): Promise<void> {
  const { database, limits, log } = call.container;
  const shopperId = await provenShopper(call);
  if (shopperId === null) return;
  await limits.countErasure(call.client.address);
  try {
    await requestErasureOfKnown(database.pool, { shopperId, actor: "shopper" });
  } catch (cause) {
    log.error("shopper.not_forgotten", { cause });
  }
}

async function readForm(call: Call): Promise<PersonalisationRequest> {
  const fields = new URLSearchParams(new TextDecoder().decode(await call.readBody()));
  return checked(personalisationRequestSchema, Object.fromEntries(fields), "the form is not valid");
}
