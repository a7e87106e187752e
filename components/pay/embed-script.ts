/**
 * Over a shop's own page (embed.js): the pay page says there how the order stands, to the one origin that may frame it. WeChat's
 * H5 cashier needs the whole window, so the way there leaves the frame; a link to another site closes it, since the shop is
 * what lies behind.
 */
export const EMBED_SCRIPT = `(function(d,w,p){var s=d.currentScript,o=s.getAttribute("data-embed"),id=s.getAttribute("data-order"),last;
if(p===w)return;
function say(type,status){p.postMessage({lingfu:1,orderId:id,type:type,status:status},o)}
function look(){var e=d.querySelector("[data-status]"),v=e&&e.getAttribute("data-status");if(v&&v!==last)say("status",last=v)}
function begin(){say("ready");look();
new MutationObserver(look).observe(d.body,{attributes:true,attributeFilter:["data-status"],childList:true,subtree:true})}
if(d.readyState==="loading")d.addEventListener("DOMContentLoaded",begin);else begin();
d.addEventListener("keydown",function(e){if(e.key==="Escape")say("close")});
d.addEventListener("submit",function(e){if(/\\/h5(\\?|$)/.test(e.target.action))e.target.target="_top"},true);
d.addEventListener("click",function(e){var a=e.target.closest&&e.target.closest("a[href]");
if(a&&/^https?:$/.test(a.protocol)&&a.host!==location.host){e.preventDefault();say("close")}});})(document,window,window.parent)`;
