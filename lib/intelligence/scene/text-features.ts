/** The kinds of thing that a text alone can tell; delivery, place and amount turn a kind into a scene. */
export const TEXT_KINDS = [
  "dining",
  "retail",
  "healthcare",
  "education",
  "travel",
  "utilities",
  "parking",
  "transport",
  "services",
  "topup",
] as const;

export type TextKind = (typeof TEXT_KINDS)[number];

/** Whether a text names something bought or the shop that sells it. */
export type TextSource = "item" | "merchant";

export interface LabelledText {
  readonly text: string;
  readonly source: TextSource;
  readonly kind: TextKind;
}

// Shop names from Taiwan and Hong Kong come in traditional characters; one alphabet lets the model learn once.
// Pairs of traditional and simplified, only what occurs in names of shops and goods.
const PAIRS =
  "麵面飯饭館馆湯汤鍋锅雞鸡鴨鸭魚鱼蝦虾豬猪燒烧滷卤飲饮咖咖壽寿食食風风蘿萝蔔卜鮮鲜漢汉餅饼團团麥麦當当鐵铁鬍胡鬚须龍龙鳳凤麗丽園园國国際际灣湾臺台廣广東东島岛書书畫画藝艺術术學学醫医藥药療疗診诊護护體体檢检驗验齒齿" +
  "兒儿婦妇產产幼幼養养動动獸兽車车場场輛辆鐘钟錶表飛飞機机運运輸输軌轨電电線线鐵铁馬马騎骑單单腳脚輪轮渡渡碼码頭头氣气煤煤電电話话網网絡络訊讯視视聽听燈灯飾饰傢家俱具櫃柜眼眼鏡镜銀银樓楼寶宝珠珠貝贝鑽钻戒戒貴贵買买" +
  "賣卖購购貨货商商業业務务處处區区縣县鄉乡鎮镇村村圖图館馆廳厅廟庙觀观遊游樂乐園园戲戏劇剧場场影影視视華华賓宾館馆飯饭莊庄歲岁時时間间開开關关門门閣阁殿殿堂堂齋斋軒轩苑苑豐丰滿满記记號号總总會会員员優优惠惠價价" +
  "費费繳缴賬账單单帳账戶户稅税險险證证券券財财經经濟济貿贸際际進进補补習习課课師师範范語语詞词數数歷历史史練练訓训導导輔辅書书籍籍筆笔紙纸製制造造設设計计裝装潢潢維维護护繕缮潔洁淨净滌涤髮发廊廊膚肤紋纹繡绣網网" +
  "麵面條条緣缘絲丝綢绸綿绵羅罗蘭兰蓮莲薑姜蔥葱蘑蘑韓韩縷缕壓压縮缩罐罐頭头鹽盐醬酱醃腌釀酿鵝鹅鴿鸽鮑鲍鰻鳗鱸鲈鯉鲤蟹蟹蠔蚝蘋苹檸柠橋桥楓枫樹树權权歡欢喜喜愛爱戀恋夢梦雲云陽阳陰阴聖圣靈灵龜龟齊齐齡龄點点鐵铁" +
  "積积極极構构標标樣样榮荣營营螢萤爾尔滾滚漿浆澤泽瀾澜濱滨爐炉爺爷牆墙獎奖瑪玛瓊琼環环畢毕異异盤盘監监盧卢矚瞩確确禮礼禪禅種种稱称穩稳窩窝競竞節节簡简籃篮糧粮糰团紅红純纯級级結结給给統统經经緊紧練练縣县聯联聲声職职" +
  "脈脉腦脑臉脸舊旧艦舰葉叶蔣蒋薦荐藍蓝蘇苏衛卫補补襯衬覽览親亲觸触訂订託托設设許许註注評评詢询試试該该認认誠诚說说請请諾诺謝谢譜谱議议譯译讀读變变讓让貓猫負负貸贷資资賓宾賞赏賢贤質质贈赠趙赵跡迹載载輝辉農农連连週周" +
  "過过達达遠远適适選选還还鄭郑釣钓鈴铃鋼钢錢钱錦锦鎖锁鏡镜長长閃闪閒闲閱阅隊队階阶隨随雜杂離离難难霧雾靜静響响頂顶項项順顺預预領领頻频題题額额顏颜願愿類类顧顾飽饱餃饺餘余餡馅馳驰駕驾駛驶騰腾驕骄驚惊鳥鸟鹹咸黃黄齣出" +
  "俥车價价倉仓偉伟側侧備备傳传債债傷伤僑侨億亿儀仪儲储兩两冊册凍冻劉刘勞劳務务勝胜勵励區区協协單单叢丛吳吴員员問问啟启喬乔嘗尝嚴严囉啰圍围圓圆執执報报塊块墊垫壞坏壯壮夾夹奧奥媽妈嬰婴孫孙審审寫写寬宽實实專专尋寻對对導导" +
  "層层屬属岡冈峽峡崙仑嶺岭巔巅幫帮帶带幣币廠厂廚厨廢废張张強强彈弹彙汇後后徑径從从復复徵征恆恒悅悦惡恶憲宪懷怀戰战戶户拋抛換换揚扬擇择擔担據据擊击擠挤擬拟攝摄敗败斷断於于昇升晉晋晝昼暢畅曉晓術术橫横機机檔档歐欧殘残" +
  "氈毡決决沖冲沒没況况泡泡溫温滬沪漁渔漲涨潤润潛潜澆浇濃浓濕湿濟济濾滤灑洒災灾為为烏乌無无煉炼煙烟熱热燉炖燙烫燦灿牽牵狀状獨独獅狮獲获現现琺珐瑩莹療疗盃杯盡尽眾众碩硕磚砖祕秘禦御築筑糕糕系系紐纽紗纱織织繁繁繼继纖纤";

const SIMPLE: ReadonlyMap<string, string> = new Map(
  Array.from({ length: PAIRS.length / 2 }, (_, pair) => [PAIRS.charAt(2 * pair), PAIRS.charAt(2 * pair + 1)]),
);

function simplifyChinese(text: string): string {
  let simple = "";
  for (const character of text) simple += SIMPLE.get(character) ?? character;
  return simple;
}

/** Names of goods are long where sellers fill them with search words; the first part says what it is. */
const TEXT_CHARS_READ = 64;

/** One writing for one word: half width, lower case, simplified characters, single spaces. */
export function prepareText(text: string): string {
  const bounded = text
    .slice(0, 4 * TEXT_CHARS_READ)
    .normalize("NFKC")
    .toLowerCase();
  return simplifyChinese(bounded.replace(/[\s★☆【】]+/g, " ").trim()).slice(0, TEXT_CHARS_READ);
}

export const FEATURE_BITS = 15;
const MASK = 2 ** FEATURE_BITS - 1;
const LONGEST_GRAM = 3;

// FNV-1a over UTF-16 units: the same in every engine.
function hash(text: string, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let at = from; at < to; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  // FNV's low bits mix worst, so the high half is folded in.
  return (value ^ (value >>> FEATURE_BITS)) & MASK;
}

/** One Latin letter says nothing, while one Chinese character is half a word. */
const isLatin = (unit: number): boolean => unit >= 0x61 && unit <= 0x7a;

/**
 * Buckets of the character 1–3-grams, each once, with a mark for each end of the text and one for the source.
 * Digits count as `0`: which number it is says nothing about the kind of thing.
 * @param prepared what `prepareText` gave
 */
export function textFeatures(prepared: string, source: TextSource): number[] {
  const marked = `^${prepared.replace(/[0-9]+/g, (digits) => (digits.length > 2 ? "000" : "0".repeat(digits.length)))}$`;
  const buckets = new Set<number>();
  for (let length = 1; length <= LONGEST_GRAM; length++) {
    for (let at = 0; at + length <= marked.length; at++) {
      if (length > 1 || !isLatin(marked.charCodeAt(at))) buckets.add(hash(marked, at, at + length));
    }
  }
  const tag = `@${source}`;
  buckets.add(hash(tag, 0, tag.length));
  return [...buckets];
}
