/** Asking a person who is signed in to show the second factor again. */
export const confirmation = {
  title: "确认是你本人",
  hint: {
    code: "这一步比较重要，请再输入一次验证码",
    password: "这一步比较重要，请再输入一次登录密码",
    passkey: "这一步比较重要，请用通行密钥再确认一次",
  },
  code: "验证码",
  codeHint: "打开验证器应用，输入 6 位数字",
  password: "登录密码",
  passwordHint: "你还没有两步验证。在「设置 → 我的账号」里设置之后，这里改为输入验证码，更安全",
  submit: "确认并继续",
  working: "正在确认…",
  codeWrong: "验证码不对，或者已经用过。请等下一个验证码",
  passwordWrong: "密码不对",
  needed: "没有确认是你本人，什么都没有改动",
  done: "已确认。接下来 5 分钟内不再询问",
  back: "返回刚才的页面",
  cutOff: "暂时连不上，什么都没有改动。请再试一次",
};
export type ConfirmationText = typeof confirmation;
