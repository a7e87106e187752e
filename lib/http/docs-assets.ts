export const DOCS_STYLE = `
:root{color-scheme:light dark;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
body{margin:0}main{max-width:54rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem}h2{margin-top:2.5rem;font-size:1.2rem}h4{margin:1rem 0 .25rem}
details{border:1px solid #8884;border-radius:.6rem;margin:.5rem 0;padding:.25rem 1rem}
summary{cursor:pointer;padding:.5rem 0}summary b{display:inline-block;min-width:4.2em}
summary span{opacity:.75}b.get{color:#0a7a4b}b.post{color:#a05a00}b.delete{color:#c0392b}
@media (prefers-color-scheme:dark){b.get{color:#4fd39a}b.post{color:#f0b45a}b.delete{color:#ff8d80}}
pre{overflow:auto;max-height:24rem;background:#8881;padding:.75rem;border-radius:.4rem;font-size:.85rem}
code{font-size:.9em;overflow-wrap:anywhere}ul{padding-left:1.2rem}
label{display:block;margin:.5rem 0;font-size:.9rem}
input,textarea{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #8888;border-radius:.4rem;background:transparent;color:inherit}
textarea{font-family:ui-monospace,monospace;font-size:.85rem}
button{font:inherit;padding:.5rem 1.5rem;border:0;border-radius:.4rem;background:#07884a;color:#fff;cursor:pointer;margin:.25rem 0 1rem}
form{border-top:1px solid #8884;margin-top:1rem;padding-top:.5rem}
table{border-collapse:collapse;width:100%}td{border-top:1px solid #8884;padding:.4rem .5rem .4rem 0}
`;

/** Sends what a form says and shows what comes back. The key never leaves the tab but as the Authorization header. */
export const DOCS_SCRIPT = `
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const out = form.querySelector("pre");
  const query = new URLSearchParams();
  const headers = {};
  let path = form.dataset.path;
  for (const input of form.querySelectorAll("input")) {
    if (input.dataset.in === "path") path = path.replace("{" + input.name + "}", encodeURIComponent(input.value));
    else if (input.value && input.dataset.in === "query") query.set(input.name, input.value);
    else if (input.value) headers[input.name] = input.value;
  }
  const key = document.getElementById("key").value.trim();
  if (key && path.startsWith("/api/v1/")) headers.authorization = "Bearer " + key;
  const area = form.querySelector("textarea");
  if (area) headers["content-type"] = "application/json";
  out.hidden = false;
  out.textContent = "…";
  try {
    const url = path + (query.size ? "?" + query : "");
    if (path.endsWith("/events")) { out.textContent = "open " + url + " in a tab of its own"; return; }
    const answer = await fetch(url, { method: form.dataset.method.toUpperCase(), headers, body: area ? area.value : undefined });
    const text = await answer.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch {}
    out.textContent = answer.status + " " + answer.statusText + "\\n\\n" + shown;
  } catch (cause) { out.textContent = String(cause); }
});
if (location.hash) document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
`;
