import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

/** What the tool calls safe from guessing online with a limit; its third of four steps. */
const GUESSES_MIN = 1e8;
/** The time it takes grows with the square of the length, and so much is enough to tell. */
const CHARS_LOOKED_AT = 64;

/** Words that somebody who guesses at this product's passwords begins with. */
const OUR_WORDS = [
  ...["lingfu", "wechat", "weixin", "wxpay", "wechatpay", "alipay", "zhifubao", "shoukuan", "shop", "owner", "admin"],
  ...["woaini", "wobuzhidao", "5201314", "1314520", "灵付", "微信", "支付", "密码", "我爱你"],
];

/**
 * Whether a password is among the common ones, or made of them, of names, dates, rows of keys or repeats: as an estimate of
 * how many guesses it takes.
 */
export async function isGuessable(password: string, email: string): Promise<boolean> {
  strength ??= load();
  const { check } = await strength;
  const lower = password.toLowerCase();
  if (lower === email.toLowerCase()) return true;
  const looked = [...password.normalize("NFKC")].slice(0, CHARS_LOOKED_AT).join("");
  return (
    check(
      looked,
      email.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2),
    ).guesses < GUESSES_MIN
  );
}

let strength: Promise<Pick<ZxcvbnFactory, "check">> | null = null;

/** Some 400 KB of common passwords, needed only to change one. */
async function load(): Promise<Pick<ZxcvbnFactory, "check">> {
  const [{ ZxcvbnFactory }, common] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  const factory = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, userInputs: OUR_WORDS },
    graphs: common.adjacencyGraphs,
  });
  return { check: (password, words = []) => factory.check(password, words) };
}
