import type { Agent, AgentChannel, AgentHints, Env, Form, Os } from "./agent-types.ts";
import { readEnv, readForm, readMachine, readOs } from "./read-agent.ts";

/** WeChat writes its mini-program mark last, after some 500 characters; what comes later than this is noise or an attack. */
const AGENT_CHARS_READ = 2_048;

interface AgentRoute {
  readonly channel: AgentChannel;
  readonly alternatives: readonly AgentChannel[];
}

const route = (channel: AgentChannel, ...alternatives: AgentChannel[]): AgentRoute => ({ channel, alternatives });

const INSIDE_WECHAT = route("jsapi", "native");
const DESKTOP_WECHAT = route("native", "jsapi");
const MINI_PROGRAM = route("miniprogram", "native");
const WRONG_APP_ON_PHONE = route("guide", "h5", "native");
const WRONG_APP_ELSEWHERE = route("native", "guide");
const PHONE_BROWSER = route("h5", "native");
const TABLET_BROWSER = route("native", "h5");
const NATIVE_ONLY = route("native");
const NOBODY_PAYS = route("none");

/** The table of the pay channels. A channel that cannot work where the page is shown must never stand first. */
function routeFor(env: Env, form: Form): AgentRoute {
  switch (env) {
    case "bot":
      return NOBODY_PAYS;
    case "wechat":
      if (form === "phone" || form === "tablet") return INSIDE_WECHAT;
      return form === "desktop" ? DESKTOP_WECHAT : NATIVE_ONLY;
    case "wechat_mini":
      return MINI_PROGRAM;
    case "browser":
      if (form === "phone") return PHONE_BROWSER;
      return form === "tablet" ? TABLET_BROWSER : NATIVE_ONLY;
    default:
      return form === "phone" ? WRONG_APP_ON_PHONE : WRONG_APP_ELSEWHERE;
  }
}

const PLATFORM_OS: ReadonlyMap<string, Os> = new Map([
  ["android", "android"],
  ["ios", "ios"],
  ["harmonyos", "harmony"],
  ["openharmony", "harmony"],
  ["windows", "windows"],
  ["macos", "macos"],
  ["linux", "linux"],
  ["chrome os", "linux"],
  ["chromium os", "linux"],
]);

function formFromFactors(factors: string): Form | null {
  const text = factors.slice(0, 128).toLowerCase();
  if (/automotive|xr|watch|eink/.test(text)) return "other";
  if (text.includes("tablet")) return "tablet";
  if (text.includes("mobile")) return "phone";
  return text.includes("desktop") ? "desktop" : null;
}

/** Hints are newer and more honest than the user agent, so they win where they speak. */
function correct(read: { env: Env; form: Form; os: Os }, hints: AgentHints): { env: Env; form: Form; os: Os } {
  let { env, form, os } = read;
  if (hints.bridge !== undefined && env !== "wecom") env = hints.bridge;
  if (env === "bot") return { env, form: "bot", os };
  if (form === "bot") form = "other";
  os = PLATFORM_OS.get((hints.platform ?? "").slice(0, 32).toLowerCase()) ?? os;
  const factor = hints.formFactors === undefined ? null : formFromFactors(hints.formFactors);
  if (factor !== null) form = factor;
  // An Android television's web view calls itself mobile in both places: there only its name tells.
  else if (hints.mobile === true && (form === "desktop" || (form === "other" && os !== "android"))) form = "phone";
  // "Desktop site" on Android hides the device from the user agent, not from the platform hint.
  else if (os === "android" && form === "desktop") form = "tablet";
  if (os === "macos" && (hints.maxTouchPoints ?? 0) > 1) return { env, form: "tablet", os: "ios" };
  return { env, form, os };
}

/**
 * Which app and device ask, and which channel works there. Never throws; the same text always gives the same answer.
 * An empty or unknown user agent is a person we know nothing of: a QR code works for them.
 */
export function classifyAgent(ua: string, hints: AgentHints = {}): Agent {
  const agent = ua.slice(0, AGENT_CHARS_READ).toLowerCase();
  const env = readEnv(agent);
  const read = { env, form: formFor(env, agent), os: readOs(agent) };
  const known = correct(read, hints);
  return { ...known, ...routeFor(known.env, known.form) };
}

function formFor(env: Env, agent: string): Form {
  if (env === "bot") return "bot";
  // A QR code is right for a machine and works for a person: no one is left without a way to pay.
  return env === "browser" && readMachine(agent) === "doubtful" ? "desktop" : readForm(agent);
}

const SENT_FOR_THE_PAGE: Agent = { env: "browser", form: "desktop", os: "other", ...NATIVE_ONLY };

/**
 * Who the pay page is drawn for. A crawler or link preview gets the text alone; a program that was sent for this very page
 * (curl, an http library) gets what a desktop gets.
 */
export function classifyVisitor(ua: string, hints: AgentHints = {}): Agent {
  const agent = classifyAgent(ua, hints);
  const isLibrary = agent.env === "bot" && readMachine(ua.slice(0, AGENT_CHARS_READ).toLowerCase()) === "library";
  return isLibrary ? SENT_FOR_THE_PAGE : agent;
}
