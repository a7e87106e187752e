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
  if (found === null) throw new AppError("not_found", "nothing is kept of such a shopper");
  return json(200, { ...found, exportedAt: clock.now().toISOString() });
});

/** `DELETE /api/v1/shoppers/{shopperId}`: the worker does it. */
export const eraseShopper = merchant("shoppers:write", async (call) => {
  const shopperId = param(call, "shopperId");
  await requestErasure(call.container.database.pool, { shopperId, actor: `key:${call.caller.id}` });
  return json(202, { shopperId, status: "erasing" });
});

const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i;

/**
 * `POST /api/personalisation`: a shopper's yes or no to being remembered, by a plain form or by fetch. The way back is the
 * same call.
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

/** `GET /api/personalisation`: what this browser's shopper has said. */
export async function readPersonalisation(call: Call): Promise<Answer> {
  const { consent, optOut } = readShopper(call);
  return json(200, { consent, optOut });
}

/**
 * Who takes back their yes is forgotten (PIPL art. 47). Their no counts, whether or not the job can be made right now. Only
 * for a pseudonym that is proven to be theirs, and of which something is known: anybody can invent the others.
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
