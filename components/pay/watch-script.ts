/**
 * What must hold where the page's own scripts did not start (an engine that is too old, a script that was lost), in words
 * that Chrome 78 and Safari 13 read: it asks for the status and loads the page anew when that is no longer `pending`, or when
 * the code that is shown was replaced or ended (as use-handover.ts does; a payment in another way is left alone). The page's scripts say by `lingfuLive` that they are there.
 *
 * It also keeps touches off the browser's own error page. A touch while offline is answered on the page; on the way to
 * WeChat's cashier our server is asked first, and the address notes the way, so that going back or loading the page
 * again leads to "confirming" and not to the button.
 */
export const WATCH_SCRIPT = `(function(d,w,l){var s=d.currentScript,o=s.getAttribute("data-order"),h=s.getAttribute("data-handover"),gone=0,busy;
function ask(then,fail){var q=new XMLHttpRequest();q.open("GET","/api/orders/"+o+"/status");q.timeout=4000;
q.onload=function(){then(q)};q.ontimeout=function(){then(q)};q.onerror=fail;q.send()}
function look(){if(w.lingfuLive||d.hidden)return;d.documentElement.setAttribute("data-plain","");
ask(function(q){try{if(q.status!==200||w.lingfuLive)return;var a=JSON.parse(q.responseText),c=a.handover;
if(a.status!=="pending"||h&&c!==h&&(c?c.split(".")[0]===h.split(".")[0]:++gone>1))l.reload()}catch(e){}},function(){})}
setTimeout(function(){look();setInterval(look,3000)},4000);d.addEventListener("visibilitychange",look);
w.addEventListener("pageshow",function(e){if(e.persisted&&/returned=/.test(l.search))l.reload()});
function say(on){var m=d.getElementById("pay-offline");if(m)m.hidden=!on;busy=false}
function stop(e){e.preventDefault();e.stopPropagation()}
w.addEventListener("online",function(){say(false)});
d.addEventListener("click",function(e){var b=e.target.closest&&e.target.closest("a[href]:not([target]),[data-bridge],[data-mini]");
if(b&&navigator.onLine===false){stop(e);say(true)}},true);
d.addEventListener("submit",function(e){var f=e.target;if(e.defaultPrevented)return;
if(navigator.onLine===false){stop(e);return say(true)}if(!/\\/h5(\\?|$)/.test(f.action))return;e.preventDefault();if(busy)return;busy=true;
ask(function(){say(false);history.replaceState(null,"",l.pathname+(/returned=/.test(l.search)?l.search:(l.search?l.search+"&":"?")+"returned=1"));
f.submit()},function(){say(true)})},true)})(document,window,location)`;
