import { createHash } from "node:crypto";

/** For the policy: what is inline and always the same is allowed by its digest, so that pages may be kept by browsers. */
export const digestOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The colours are those of app/globals.css. */
export const DOCS_STYLE = `
:root{color-scheme:light dark;--page:#f3f5f1;--surface:#fff;--sunken:#f1f4f0;--ink:#131c17;--soft:#56625b;--line:#e3e8e2;--brand:#07c160;--brand-soft:#e3f6ea;--brand-ink:#04703a;--warn-soft:#fdf1dc;--warn-ink:#7a4d05;--bad-ink:#a8321f}
@media (prefers-color-scheme:dark){:root{--page:#0c100e;--surface:#161c18;--sunken:#1e2621;--ink:#eef3ef;--soft:#a3b0a8;--line:#29322c;--brand-soft:#12331f;--brand-ink:#5ddc97;--warn-soft:#33280f;--warn-ink:#f1c878;--bad-ink:#ff9c8a}}
*{box-sizing:border-box}
html{font:16px/1.75 system-ui,-apple-system,"PingFang SC","Microsoft YaHei",sans-serif;background:var(--page);color:var(--ink);-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;overflow-wrap:anywhere}
a{color:var(--brand-ink);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--brand-ink);outline-offset:2px;border-radius:.25rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;z-index:2;background:var(--surface);padding:.6rem 1rem;border-radius:.5rem}
.top{background:var(--surface);border-bottom:1px solid var(--line)}
.top>div{max-width:82rem;margin:0 auto;padding:.375rem 1rem;display:flex;align-items:center;gap:.25rem}
.top a{display:flex;align-items:center;min-height:2.75rem;min-width:2.75rem;justify-content:center;padding:0 .625rem;border-radius:.75rem;text-decoration:none;color:var(--soft);white-space:nowrap}
.top a:hover{background:var(--sunken);color:var(--ink)}
.top a[aria-current]{color:var(--brand-ink);font-weight:600}
.top .brand{color:var(--ink);font-weight:700;font-size:1.0625rem;margin-left:-.625rem;gap:.5rem}
.brand span{display:none;font-weight:400;color:var(--soft)}
.brand i{width:.625rem;height:.625rem;border-radius:50%;background:var(--brand)}
.top nav{display:flex;flex:1}.top nav a:first-child{margin-left:auto}
.frame{max-width:82rem;margin:0 auto;padding:0 1rem}
main{padding:1.5rem 0 3rem;max-width:46rem;margin:0 auto;min-width:0}
.side,.toc{display:none}
.fold{background:var(--surface);border:1px solid var(--line);border-radius:.875rem;margin:1rem 0 0}
.fold summary{display:flex;align-items:center;justify-content:space-between;min-height:2.75rem;padding:0 1rem;cursor:pointer;font-weight:600;list-style:none;border-radius:.875rem}
.fold summary::-webkit-details-marker{display:none}
.fold summary::after{content:"";width:.5rem;height:.5rem;border:solid var(--soft);border-width:0 2px 2px 0;transform:rotate(45deg);margin-right:.25rem;flex:none}
.fold[open] summary::after{transform:rotate(-135deg)}
.fold.here{margin-bottom:1.25rem}
.fold nav{padding:0 .5rem .5rem}
.list{list-style:none;margin:0;padding:0}
.list a{display:flex;align-items:center;min-height:2.75rem;padding:.375rem .75rem;border-radius:.625rem;text-decoration:none;color:var(--soft);line-height:1.4}
.list a:hover{background:var(--sunken);color:var(--ink)}
.list a[aria-current]{background:var(--brand-soft);color:var(--brand-ink);font-weight:600}
.list .deeper a{padding-left:1.625rem}
.label{margin:0;padding:.5rem .75rem;font-size:.8125rem;font-weight:600;color:var(--soft)}
h1{font-size:1.75rem;line-height:1.3;margin:0 0 .75rem;letter-spacing:-.01em}
h2{font-size:1.3125rem;line-height:1.4;margin:2.75rem 0 .75rem}
h3{font-size:1.0625rem;line-height:1.5;margin:2rem 0 .5rem}
h2 a,h3 a,h4 a{color:inherit;text-decoration:none}
h2 a:hover,h3 a:hover,h4 a:hover{text-decoration:underline;text-decoration-color:var(--brand)}
p,ul,ol,table,blockquote{margin:0 0 1rem}
.lead{font-size:1.0625rem;color:var(--soft)}
main ul,main ol{padding-left:1.5rem}main li{margin:.25rem 0}li>p{margin:0 0 .5rem}
main .list{padding:0}main .list li{margin:0}
code{font:.875em/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--sunken);border:1px solid var(--line);border-radius:.375rem;padding:.1em .35em}
.code{margin:0 0 1.25rem;border:1px solid var(--line);border-radius:.875rem;background:var(--surface);position:relative;overflow:hidden}
.code::before{content:attr(data-language);display:block;height:2.75rem;line-height:2.75rem;padding:0 1rem;font-size:.8125rem;color:var(--soft);border-bottom:1px solid var(--line);background:var(--sunken)}
.code button{position:absolute;top:0;right:0;height:2.75rem;min-width:4rem;padding:0 1rem;border:0;background:none;color:var(--brand-ink);font:600 .8125rem/1 inherit;font-family:inherit;cursor:pointer;border-radius:.875rem}
.code button:focus-visible{outline-offset:-4px}
pre{margin:0;padding:.875rem 1rem;overflow-x:auto;-webkit-overflow-scrolling:touch}
pre:focus-visible,.wide:focus-visible{outline-offset:-3px;border-radius:.875rem}
pre code{background:none;border:0;padding:0;overflow-wrap:normal;white-space:pre;tab-size:2}
.wide{overflow-x:auto;margin:0 0 1.25rem;border:1px solid var(--line);border-radius:.875rem;background:var(--surface)}
table{border-collapse:collapse;width:100%;margin:0;font-size:.9375rem;line-height:1.6}
th,td{text-align:left;overflow-wrap:break-word;vertical-align:top;padding:.625rem 1rem;border-bottom:1px solid var(--line);min-width:6rem}
th{font-size:.8125rem;color:var(--soft);font-weight:600;background:var(--sunken);white-space:nowrap}
tr:last-child td{border-bottom:0}td code{overflow-wrap:normal;white-space:nowrap}
blockquote{margin:0 0 1.25rem;padding:.75rem 1rem;background:var(--warn-soft);color:var(--warn-ink);border-radius:.875rem}
blockquote p:last-child{margin:0}blockquote code{background:none;border-color:currentColor}blockquote a{color:inherit}
hr{border:0;border-top:1px solid var(--line);margin:2rem 0}
.turn{display:grid;gap:.75rem;margin-top:3rem}
.turn a{display:block;padding:.75rem 1rem;background:var(--surface);border:1px solid var(--line);border-radius:.875rem;text-decoration:none;font-weight:600;line-height:1.5}
.turn a:hover{border-color:var(--brand-ink)}
.turn small{display:block;font-size:.8125rem;font-weight:400;color:var(--soft)}
.next{text-align:right}
.source a{display:inline-flex;align-items:center;min-height:2.75rem;color:var(--soft);font-size:.875rem}
.told{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:39.99rem){.wide :is(table,tbody,tr,td){display:block}.wide{position:relative}.wide thead{display:block;position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.wide tr{padding:.75rem 1rem;border-bottom:1px solid var(--line)}.wide tr:last-child{border:0}.wide td{border:0;padding:.125rem 0;overflow-wrap:anywhere}.wide td:first-child{font-weight:600}.wide td code{white-space:normal}.wide td:not(:first-child)[data-label]::before{content:attr(data-label);display:block;font-size:.8125rem;color:var(--soft);margin-top:.25rem}}
@media (min-width:40rem){.brand span{display:inline}.turn{grid-template-columns:1fr 1fr}.turn .next{grid-column:2}h1{font-size:2.125rem}main{padding-top:2.5rem}.top nav a:first-child{margin-left:1rem}.top .other{margin-left:auto}}
@media (min-width:60rem){.frame{display:grid;grid-template-columns:15rem minmax(0,46rem);gap:3rem;justify-content:center}.side{display:block;position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding:2.25rem 0 2rem}.fold.all{display:none}main{margin:0;width:100%}}
@media (min-width:80rem){.frame{grid-template-columns:15rem minmax(0,46rem) 13rem;gap:2.5rem}.toc{display:block;position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding:2.25rem 0 2rem;font-size:.875rem}.fold.here{display:none}}
@media print{.top,.side,.toc,.fold,.turn,.source{display:none}}
`;

/** Shows the buttons that copy a block of code; the words are on the body. */
export const DOCS_SCRIPT = `
if (navigator.clipboard) for (const button of document.querySelectorAll(".code button")) {
  const label = button.textContent, told = document.querySelector(".told"), copied = document.body.dataset.copied;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = told.textContent = copied;
    setTimeout(() => { button.textContent = label; told.textContent = ""; }, 2000);
  });
}
`;
