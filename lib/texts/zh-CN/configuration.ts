import type { Words } from "../words.ts";

export const configuration = {
  versions: "历史版本",
  empty: "还没有版本",
  emptyHint: "上传配置，或把 payment_config.json 放到服务器上，第一个版本就会出现在这里。",
  version: "第 {version} 版",
  inForce: "正在使用",
  sandbox: "沙箱",
  sources: {
    file: "配置文件",
    command_line: "命令行导入",
    dashboard: "后台上传",
    rollback: "回到第 {to} 版",
    sandbox: "沙箱自带",
    before: "升级前已在使用",
  },
  actors: {
    "configuration file": "配置文件",
    "command line": "命令行",
    sandbox: "沙箱",
    configuration: "系统",
  } as Record<string, string>,
  changed: "改动 {count} 项",
  first: "全部内容（{count} 项）",
  nothing: "内容与上一版相同",
  none: "无",
  secret: "密文 {print}",
  secretHint: "密钥不会显示；方括号里的指纹只用来分辨两把密钥是不是同一把。",
  rollBack: "回到这一版",
  rollBackLabel: "回到第 {version} 版",
  rollBackHint: "会生成一个内容相同的新版本，立即用于新的付款；已经发起的付款仍由原来的账户完成。",
  confirm: "确认回到第 {version} 版",
  rolledBack: "第 {version} 版已启用，内容与第 {to} 版相同",
  unchanged: "和正在使用的内容相同，没有变化",
  retired: "已被替换的账户",
  retiredHint:
    "旧账户的付款通知只对用它发起的付款有效，其他一律先向微信核实。最后一笔未结束的付款之后 7 天，旧密钥的通知不再被接受。",
  retiredAt: "{time} 被替换",
  openAttempts: "未结束的付款 {count} 笔",
  believedUntil: "通知有效到 {time}",
  believedWhileOpen: "通知有效到最后一笔付款结束后 7 天",
  ended: "通知已不再有效（{time} 起）",
  revoked: "已作废（{time}）",
  revoke: "立即作废",
  revokeHint:
    "用这个账户的密钥签名的通知从现在起一律不被接受，这些密钥也不能再启用；它未结束的付款会改为向微信查询，钱不会丢。密钥泄露时请这样做。",
  revokeConfirm: "确认作废",
  revokeLabel: "作废账户 {id}",
  revokeDone: "已作废：它的通知不再有效",
  revokedBefore: "这个账户之前已经作废",
};

export type ConfigurationText = Words<typeof configuration>;
