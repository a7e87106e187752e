import { randomBytes } from "node:crypto";
import { type HttpAnswer, type HttpRoute, type Incoming, json } from "../http.ts";
import { type ReceiverInbox, SECRETS } from "./inbox.ts";
import { byMode } from "./robots.ts";

// A service account (公众号): its token call and its template messages, with the platform's own error codes.

const TOKEN_S = 7_200;

export function officialAccountRoutes(inbox: ReceiverInbox): HttpRoute[] {
  let token: { text: string; until: number } | null = null;
  const busy = { errcode: 45_009, errmsg: "reach max api daily quota limit" };
  const gone = { errcode: 40_013, errmsg: "invalid appid" };

  function giveToken({ body }: Incoming): HttpAnswer {
    const early = byMode(inbox, "official_account", { revoked: gone, busy });
    if (early !== null) return early;
    const asked = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    if (asked.grant_type !== "client_credential") return json(200, { errcode: 40_002, errmsg: "invalid grant_type" });
    if (asked.appid !== SECRETS.officialAppId) return json(200, gone);
    if (asked.secret !== SECRETS.officialSecret) return json(200, { errcode: 40_125, errmsg: "invalid appsecret" });
    // The same one while it is good.
    if (token === null || token.until <= inbox.now) {
      token = { text: randomBytes(32).toString("base64url"), until: inbox.now + TOKEN_S * 1_000 };
    }
    return json(200, { access_token: token.text, expires_in: Math.floor((token.until - inbox.now) / 1_000) });
  }

  function sendTemplate({ url, body }: Incoming): HttpAnswer {
    const early = byMode(inbox, "official_account", { revoked: gone, busy });
    if (early !== null) return early;
    const refuse = (errcode: number, errmsg: string) => {
      inbox.turnAway("official_account", `${errcode} ${errmsg}`);
      return json(200, { errcode, errmsg });
    };
    const given = url.searchParams.get("access_token") ?? "";
    if (token === null || given !== token.text || token.until <= inbox.now) {
      return refuse(40_001, "invalid credential, access_token is invalid or not latest");
    }
    const asked = JSON.parse(body.toString("utf8")) as Template;
    if (asked.touser !== SECRETS.officialOpenid) return refuse(43_004, "require subscribe");
    if (asked.template_id !== SECRETS.officialTemplate) return refuse(40_037, "invalid template_id");
    const values = Object.entries(asked.data ?? {});
    const tooLong = values.find(([name, { value }]) => name.startsWith("thing") && [...value].length > 20);
    if (values.length === 0 || tooLong !== undefined) {
      return refuse(47_003, `argument invalid! data.${tooLong?.[0] ?? ""}.value invalid`);
    }
    const text = values.map(([name, { value }]) => `${name}: ${value}`).join("\n");
    const { id } = inbox.take("official_account", { title: values[0]?.[1].value ?? "", text, raw: asked });
    return json(200, { errcode: 0, errmsg: "ok", msgid: id });
  }

  return [
    { method: "POST", path: "/receivers/official/cgi-bin/stable_token", run: giveToken },
    { method: "POST", path: "/receivers/official/cgi-bin/message/template/send", run: sendTemplate },
  ];
}

interface Template {
  readonly touser?: string;
  readonly template_id?: string;
  readonly data?: Readonly<Record<string, { readonly value: string }>>;
}
