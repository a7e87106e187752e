import { BRIDGE_EVENT } from "./bridge-result.ts";

/**
 * Queues what happens on the page and sends it as a beacon: soon after it was opened, after every touch of the button, and
 * when it is left. Waits for nothing and breaks nothing: what cannot be sent is not missed. At most 20 events a visit.
 */
export const BEHAVIOUR_SCRIPT = `(function(d,w,n){try{
var s=d.currentScript.dataset,o=s.order;if(!o)return;var way=s.way,q=[],left=20,t=w.sessionStorage,hex=function(k){var h="";
crypto.getRandomValues(new Uint8Array(k)).forEach(function(b){h+=(b+256).toString(16).slice(1)});return h},
v=t.lf_visit||(t.lf_visit=hex(12)),was=t["lf_"+o];t["lf_"+o]=way;
function uuid(){var m=(Date.now()+0x1000000000000).toString(16).slice(1),h=hex(10);
return m.slice(0,8)+"-"+m.slice(8)+"-7"+h.slice(0,3)+"-a"+h.slice(3,6)+"-"+h.slice(6,18)}
function put(type,props){if(left-->0)q.push({id:uuid(),type:type,props:props||{}})}
function send(){if(q.length&&n.sendBeacon)n.sendBeacon("/api/orders/"+o+"/behaviour",
JSON.stringify({session:v,channel:way,events:q.splice(0)}))}
put("page_viewed");put("channel_shown");if(was&&was!==way)put("channel_switched",{from:was});
s.offers.split(" ").forEach(function(f){if(f)put("offer_shown",{offer:f})});
function tap(){put("pay_tapped");if(w.WeixinJSBridge)put("bridge_opened");send()}
d.addEventListener("click",function(e){var b=e.target.closest&&e.target.closest("[data-bridge],[data-mini]");
if(b&&!b.disabled)tap()},true);
d.addEventListener("submit",function(e){if(/\\/h5(\\?|$)/.test(e.target.action))tap()},true);
d.addEventListener("${BRIDGE_EVENT}",function(){var r=w.lingfuBridge;if(r==="cancel")put("cancelled");
else if(r&&r!=="ok")put("failed",{code:"bridge_"+r.replace(/\\W/g,"_").slice(0,50)});send()},true);
d.addEventListener("visibilitychange",function(){if(d.visibilityState==="hidden")send()});
w.addEventListener("pagehide",send);setTimeout(send,1500)}catch(e){}})(document,window,navigator)`;
