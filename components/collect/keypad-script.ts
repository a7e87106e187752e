/**
 * The keypad of a code's page, before anything is painted: on a phone it is shown and the amount's field asks for no keyboard.
 * What it types is what the server takes: digits, one point, two decimals. Words that Chrome 78 and Safari 13 read.
 *
 * A form that is sent says so to the pay page of this visit, which then opens WeChat's cashier by itself: one touch less
 * (bridge-script.ts).
 */
export const KEYPAD_SCRIPT = `(function(d,w){var f=d.querySelector("[data-collect]"),k=d.getElementById("keypad"),i=d.getElementById("amount");
if(!f)return;f.addEventListener("submit",function(){try{w.sessionStorage.setItem("lf_go",String(Date.now()))}catch(e){}});
if(!k||!i||!w.matchMedia||!w.matchMedia("(pointer:coarse)").matches)return;
k.hidden=false;i.setAttribute("inputmode","none");
k.addEventListener("click",function(e){var b=e.target.closest("[data-key]");if(!b)return;var key=b.getAttribute("data-key"),v=i.value,p=v.indexOf(".");
if(key==="erase")v=v.slice(0,-1);else if(key==="."){if(p<0)v=(v||"0")+"."}
else if(v.length<12&&(p<0||v.length-p<3))v=(v==="0"?"":v)+key;i.value=v})})(document,window)`;
