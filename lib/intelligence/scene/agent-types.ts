/** The app that asks. `wecom`, `alipay`, `qq` and `other_app` are in-app browsers that cannot pay with WeChat themselves. */
export type Env = "wechat" | "wechat_mini" | "wecom" | "alipay" | "qq" | "other_app" | "browser" | "bot";

/** `other` is a device with a screen but without WeChat: television, console, watch, car, e-reader. */
export type Form = "phone" | "tablet" | "desktop" | "other" | "bot";

export type Os = "android" | "ios" | "harmony" | "windows" | "macos" | "linux" | "other";

/**
 * What the page should lead with. `guide` (how to open WeChat), `none` (text only) and `codepay` (the shop scans the
 * shopper) are plans of the page; the others are also values of a payment request.
 */
export type AgentChannel = "jsapi" | "miniprogram" | "h5" | "native" | "codepay" | "guide" | "none";

export interface Agent {
  readonly env: Env;
  readonly form: Form;
  readonly os: Os;
  readonly channel: AgentChannel;
  /** Also offered by hand, best first; never holds `channel` itself. */
  readonly alternatives: readonly AgentChannel[];
}

/** What is known besides the user agent. An absent field is unknown. */
export interface AgentHints {
  /** `Sec-CH-UA-Mobile` was `?1` (true) or `?0` (false). */
  readonly mobile?: boolean;
  /** `Sec-CH-UA-Platform` without its quotes, such as `Android` or `macOS`. */
  readonly platform?: string;
  /** `Sec-CH-UA-Form-Factors` as sent, such as `"Tablet"` or `"Mobile", "XR"`. */
  readonly formFactors?: string;
  /** `navigator.maxTouchPoints` from the page; above 1 on a "Mac" it is an iPad. */
  readonly maxTouchPoints?: number;
  /** What the WeChat bridge says of itself in the page: `__wxjs_environment` or `wx.miniProgram.getEnv`. */
  readonly bridge?: "wechat" | "wechat_mini";
}
