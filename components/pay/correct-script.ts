/**
 * The page's one look at its bridge, before anything is painted: where the server took WeChat for something else, the page is
 * asked for again with what was seen, once. What shows itself later moves nothing; only a touch that would lead into a dead
 * end goes to the right page instead. Source: smart.md §2.1.
 */
export const CORRECT_SCRIPT = `(function(d,w,l){var env=d.currentScript.dataset.env;
function see(){var e=w.__wxjs_environment;return e==="miniprogram"?"wechat_mini":e||w.WeixinJSBridge?"wechat":""}
function wrong(s){return s&&s!==env&&env!=="wecom"&&(s==="wechat_mini"||env!=="wechat_mini")}
function go(s){l.replace(l.pathname+(l.search?l.search+"&":"?")+"seen="+s)}
var s=see();if(wrong(s))return go(s);
d.addEventListener("submit",function(e){var t=see();
if(/\\/h5(\\?|$)/.test(e.target.action)&&wrong(t)){e.preventDefault();e.stopImmediatePropagation();go(t)}},true)})(document,window,location)`;
