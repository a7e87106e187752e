// The phone's screens: home, cashier, keypad, result. One page serves scanning (`phone`), JSAPI (`sheet`) and H5 (`h5`).

const start = JSON.parse(document.getElementById("start").textContent);
const device = document.querySelector(".device");
const screens = Object.fromEntries(
  [...document.querySelectorAll("[data-screen]")].map((one) => [one.dataset.screen, one]),
);
const part = (name) => document.querySelector(`[data-part="${name}"]`);

let lookup = start.lookup;
let password = "";
let paying = false;

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.json();
}

function show(...names) {
  for (const [name, screen] of Object.entries(screens)) screen.hidden = !names.includes(name);
}

function showYuan(element, fen) {
  const yuan = (fen / 100).toFixed(2);
  element.innerHTML = "<small>¥</small>";
  element.append(yuan);
}

/** The screen behind the sheet; `nothing` over a page of the merchant. */
const background = start.mode === "phone" ? "home" : "nothing";

async function open(next) {
  lookup = next;
  const trade = await post("/phone/look", lookup);
  if (trade.error !== undefined) {
    fail(trade.error.title, trade.error.message);
    return;
  }
  for (const name of ["merchant", "merchant-again", "merchant-paid"]) part(name).textContent = trade.merchantName;
  part("description").textContent = trade.description;
  part("payer").textContent = `零钱（${trade.shopper}）`;
  for (const name of ["amount", "amount-again", "amount-paid"]) showYuan(part(name), trade.total);
  show(background, "veil", "confirm");
  screens.confirm.focus({ preventScroll: true });
}

function fail(title, message) {
  part("problem-title").textContent = title;
  part("problem-text").textContent = message;
  show("problem");
}

function typePassword(next) {
  password = next;
  for (const [index, dot] of [...part("dots").children].entries())
    dot.classList.toggle("full", index < password.length);
  part("dots").setAttribute("aria-label", `已输入${password.length}位`);
  if (password.length === 6) void pay();
}

async function pay() {
  if (paying) return;
  paying = true;
  part("hint").textContent = "正在支付…";
  const result = await post("/phone/pay", { ...lookup, password }).catch(() => ({
    error: { code: "NETWORK", title: "网络异常", message: "请检查网络后重试" },
  }));
  paying = false;
  typePassword("");
  part("hint").textContent = "";
  if (result.error?.code === "WRONG_PASSWORD") part("hint").textContent = result.error.message;
  else if (result.error !== undefined) fail(result.error.title, result.error.message);
  else show("paid");
}

/** Reports the result to the page that opened the cashier, or goes home. */
function finish(outcome) {
  if (start.mode === "sheet") {
    show("nothing");
    const { neverAnswer, answerDelayMs } = start.faults;
    const errMsg = neverAnswer ? null : `get_brand_wcpay_request:${outcome}`;
    window.parent.postMessage({ type: "sandbox-cashier-result", errMsg, answerDelayMs }, "*");
  } else if (start.mode === "h5") {
    if (start.redirectUrl !== "") location.replace(start.redirectUrl);
    else history.back();
  } else {
    history.replaceState(null, "", "/phone");
    part("code").value = "";
    show("home");
  }
}

const actions = {
  scan: () => part("code").focus(),
  open: () => {
    const text = part("code").value.trim();
    if (text === "") part("code").focus();
    else if (/^https?:\/\//.test(text)) location.href = `/phone/browser?url=${encodeURIComponent(text)}`;
    else void open({ codeUrl: text });
  },
  cancel: () => {
    // A counter waits for this result; other products do not learn of a cancelled payment.
    if (lookup?.outTradeNo !== undefined) void post("/phone/decline", lookup).then(() => finish("cancel"));
    else finish("cancel");
  },
  keypad: () => {
    typePassword("");
    part("hint").textContent = "";
    show(background, "veil", "keypad");
  },
  back: () => show(background, "veil", "confirm"),
  done: () => finish("ok"),
  leave: () => finish("fail"),
  erase: () => typePassword(password.slice(0, -1)),
};

device.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button === null || paying) return;
  if (button.dataset.digit !== undefined && password.length < 6) typePassword(password + button.dataset.digit);
  actions[button.dataset.action]?.();
});
document.addEventListener("keydown", (event) => {
  if (screens.keypad.hidden || paying) return;
  if (/^[0-9]$/.test(event.key) && password.length < 6) typePassword(password + event.key);
  if (event.key === "Backspace") typePassword(password.slice(0, -1));
  if (event.key === "Escape") actions.back();
});

if (start.problem !== null) fail(start.problem.title, start.problem.message);
else if (lookup !== null) void open(lookup);
else show(background);
