import { BRIDGE_EVENT } from "./bridge-result.ts";

/**
 * The few lines that make the button inside WeChat work before any other script has arrived, and without it. A tap calls
 * WeChat's cashier with the parameters that the button carries; the answer is left for the page, which asks our server.
 * When nobody has picked it up after 3 s, the ordinary form asks. `ok` is not proof of payment (wechatpay.md §7); the address
 * notes it, so that the page, loaded again, confirms and does not offer the button. Who has just sent the form of a collection
 * code has said how much and to whom: their cashier opens by itself, once.
 */
export const BRIDGE_SCRIPT = `(function(d,w){
function say(r){w.lingfuBridge=r;var l=location;
if(r==="ok"&&!/returned=/.test(l.search))history.replaceState(null,"",l.pathname+(l.search?l.search+"&":"?")+"returned=1");
d.dispatchEvent(new CustomEvent("${BRIDGE_EVENT}"));
if(r==="ok")setTimeout(function(){var f=d.getElementById("pay-check");if(w.lingfuBridge==="ok"&&f)f.submit()},3000)}
function whenReady(run){if(w.WeixinJSBridge)return run();
var t=setTimeout(function(){d.removeEventListener("WeixinJSBridgeReady",go);say("absent")},6000);
function go(){clearTimeout(t);run()}d.addEventListener("WeixinJSBridgeReady",go,{once:true})}
d.addEventListener("click",function(e){var b=e.target.closest&&e.target.closest("[data-bridge],[data-mini]");if(!b)return;
e.preventDefault();if(b.disabled)return;b.disabled=true;setTimeout(function(){b.disabled=false},1500);
var mini=b.getAttribute("data-mini")||(w.__wxjs_environment==="miniprogram"&&b.getAttribute("data-page"));
if(mini)return w.wx&&w.wx.miniProgram?w.wx.miniProgram.navigateTo({url:mini}):
whenReady(function(){w.WeixinJSBridge.invoke("invokeMiniProgramAPI",{name:"navigateTo",arg:{url:mini}},function(){})});
whenReady(function(){w.WeixinJSBridge.invoke("getBrandWCPayRequest",JSON.parse(b.getAttribute("data-bridge")),function(r){
say(String(r&&r.err_msg).split(":")[1]||"fail")})})});
try{var t=w.sessionStorage,at=t.getItem("lf_go"),b=d.querySelector("[data-bridge]");
if(at&&b){t.removeItem("lf_go");if(Date.now()-at<60000&&!/returned=/.test(location.search))b.click()}}catch(e){}})(document,window)`;
