import { ControlError, optionalField, readObject, withControlErrors } from "../control/format.ts";
import { type HttpRoute, html, json, redirect } from "../http.ts";
import { isReceiver, MODES, type ReceiverInbox, type ReceiverMode, type ReceiverName, SECRETS } from "./inbox.ts";
import { officialAccountRoutes } from "./official-account.ts";
import { inboxPage } from "./page.ts";
import { robotRoutes } from "./robots.ts";
import { pushRoutes, sandboxSubscription } from "./web-push.ts";
import { webhookRoutes } from "./webhook.ts";

export interface Receivers {
  readonly inbox: ReceiverInbox;
  /** Where this sandbox is reached. */
  readonly url: string;
  readonly mail: { readonly host: string; readonly port: number };
}

/** Receivers of pushed messages of every form, what they got, and how they behave. */
export const receiverRoutes = (receivers: Receivers): HttpRoute[] => [
  ...robotRoutes(receivers.inbox),
  ...webhookRoutes(receivers.inbox),
  ...pushRoutes(receivers.inbox),
  ...officialAccountRoutes(receivers.inbox),
  { method: "GET", path: "/receivers", run: ({ url }) => html(200, inboxPage(receivers.inbox, chosenIn(url))) },
  { method: "POST", path: "/receivers/mode", run: ({ body }) => setModeByForm(receivers.inbox, body) },
  {
    method: "GET",
    path: "/control/receivers",
    run: ({ url }) => json(200, showReceivers(receivers, chosenIn(url))),
  },
  {
    method: "POST",
    path: "/control/receivers",
    run: (incoming) => withControlErrors(({ body }) => json(200, changeReceivers(receivers, body)), incoming),
  },
];

function chosenIn(url: URL): ReceiverName | undefined {
  const name = url.searchParams.get("receiver");
  return isReceiver(name) ? name : undefined;
}

const isMode = (mode: unknown): mode is ReceiverMode => MODES.some((known) => known === mode);

function setModeByForm(inbox: ReceiverInbox, body: Buffer) {
  const form = new URLSearchParams(body.toString("utf8"));
  const [receiver, mode] = [form.get("receiver"), form.get("mode")];
  if (isReceiver(receiver) && isMode(mode)) inbox.modes.set(receiver, mode);
  return { ...redirect("/receivers"), status: 303 };
}

function changeReceivers(receivers: Receivers, body: Buffer) {
  const request = readObject(body);
  const { inbox } = receivers;
  if (optionalField(request, "clear", "boolean") === true) inbox.clear();
  const receiver = optionalField(request, "receiver", "string");
  const mode = optionalField(request, "mode", "string");
  if (receiver !== undefined || mode !== undefined) {
    if (!isReceiver(receiver)) throw new ControlError("invalid_request", '"receiver" is not known');
    if (!isMode(mode)) throw new ControlError("invalid_request", `"mode" must be one of ${MODES.join(", ")}`);
    inbox.modes.set(receiver, mode);
  }
  return showReceivers(receivers);
}

function showReceivers({ inbox, url, mail }: Receivers, receiver?: ReceiverName) {
  return {
    settings: settingsOf(url, mail),
    modes: Object.fromEntries(inbox.modes),
    messages: inbox.messages(receiver),
    turnedAway: inbox.turnedAway(receiver),
  };
}

/** What a shop enters to reach them. */
const settingsOf = (url: string, mail: Receivers["mail"]): Record<ReceiverName, Record<string, unknown>> => ({
  wecom: { url: `${url}/receivers/wecom/cgi-bin/webhook/send?key=${SECRETS.wecomKey}` },
  dingtalk: {
    url: `${url}/receivers/dingtalk/robot/send?access_token=${SECRETS.dingtalkToken}`,
    secret: SECRETS.dingtalkSecret,
  },
  feishu: { url: `${url}/receivers/feishu/open-apis/bot/v2/hook/${SECRETS.feishuToken}`, secret: SECRETS.feishuSecret },
  email: {
    ...mail,
    security: "none",
    user: SECRETS.smtpUser,
    password: SECRETS.smtpPassword,
    from: SECRETS.smtpUser,
    to: ["owner@sandbox.example"],
  },
  webhook: { url: `${url}/receivers/webhook`, secret: SECRETS.webhookSecret },
  web_push: sandboxSubscription(url),
  official_account: {
    apiBase: `${url}/receivers/official`,
    appId: SECRETS.officialAppId,
    appSecret: SECRETS.officialSecret,
    openids: [SECRETS.officialOpenid],
    templateId: SECRETS.officialTemplate,
    fields: { title: "thing1", amount: "amount2", order: "character_string3", time: "time4", text: "thing5" },
  },
});
