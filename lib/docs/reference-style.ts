/** Swagger UI in our colours, large enough to touch, and readable on a phone. */
export const REFERENCE_STYLE = `
.box{background:var(--surface);border:1px solid var(--line);border-radius:.875rem;padding:1rem;margin:0 0 1rem}
.box h2{margin:0 0 .5rem;font-size:1.0625rem}.box p{margin:0 0 .75rem}.box p:last-child{margin:0}
.box label{display:block;font-weight:600;font-size:.9375rem}
.box input{display:block;width:100%;max-width:32rem;min-height:2.75rem;margin:.25rem 0;padding:.5rem .75rem;font:1rem ui-monospace,monospace;color:inherit;background:var(--page);border:1px solid var(--soft);border-radius:.625rem}
.hint{font-size:.875rem;color:var(--soft)}
.basics>div{padding:0 1rem .5rem}.basics{margin:0}
#reference{min-height:70vh}.waiting{color:var(--soft)}
tr:target{background:var(--brand-soft)}html.dark-mode,html.dark-mode body{background:var(--page)}
@media (min-width:60rem){.broad{grid-template-columns:15rem minmax(0,60rem)}.broad main{max-width:none}}
#reference .swagger-ui{background:none}.swagger-ui .wrapper{padding:0;max-width:none}
#reference .swagger-ui,#reference .swagger-ui :is(p,li,td,th,label,h3,h4,h5,button,select,input,textarea,table,.opblock-tag,.opblock-summary-description,.opblock-description-wrapper,.opblock-external-docs-wrapper,.opblock-title_normal,.response-col_status,.response-col_description,.parameter__name,.parameter__type,.parameter__in,.tab li,.model,.model-title,.prop-type,.prop-format,.servers>label,.json-schema-2020-12__title,.json-schema-2020-12__attribute,.json-schema-2020-12-keyword__name,.json-schema-2020-12-keyword__value,.json-schema-2020-12-accordion,.json-schema-2020-12-expand-deep-button,.markdown,.renderedMarkdown){font-family:inherit;color:var(--ink)}
#reference .swagger-ui :is(.opblock-tag){font-size:1.125rem;margin:0;padding:.625rem .25rem;border:0;min-height:2.75rem}
#reference .swagger-ui .opblock-tag button{min-width:2.75rem;min-height:2.75rem}
#reference .swagger-ui .opblock{background:var(--surface);border:1px solid var(--line);border-radius:.875rem;box-shadow:none;margin:0 0 .5rem}
#reference .swagger-ui .opblock .opblock-summary{border:0;padding:0 .5rem 0 0;min-height:2.75rem}
#reference .swagger-ui .opblock.is-open .opblock-summary{border-bottom:1px solid var(--line)}
#reference .swagger-ui .opblock-summary-control{min-height:2.75rem;padding-left:.5rem;gap:.25rem .75rem}
#reference .swagger-ui .opblock-summary-method{background:var(--brand-soft);color:var(--brand-ink);text-shadow:none;border-radius:.5rem;min-width:4.5rem;padding:.25rem .5rem;font-size:.8125rem}
#reference .swagger-ui :is(.opblock-post,.opblock-patch) .opblock-summary-method{background:var(--warn-soft);color:var(--warn-ink)}
#reference .swagger-ui .opblock-delete .opblock-summary-method{background:transparent;color:var(--bad-ink);box-shadow:inset 0 0 0 1px}
#reference .swagger-ui .opblock-summary-path{font:600 .9375rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--ink);max-width:none}
#reference .swagger-ui .opblock-summary-path a{color:inherit;font:inherit}
#reference .swagger-ui .opblock-summary-description{color:var(--soft);font-size:.875rem}
#reference .swagger-ui .view-line-link.copy-to-clipboard{display:none}
#reference .swagger-ui .opblock-control-arrow{min-width:2.75rem;min-height:2.75rem}
#reference .swagger-ui .opblock :is(.opblock-section-header,thead,thead td,thead th){background:none;box-shadow:none;border-color:var(--line)}
#reference .swagger-ui .opblock-section-header{min-height:3.5rem;padding:.25rem 1rem;flex-wrap:wrap;gap:.5rem;border-bottom:1px solid var(--line)}
#reference .swagger-ui .opblock-section-header :is(h4,label){font-size:1rem}
#reference .swagger-ui :is(.opblock-description-wrapper,.opblock-body .table-container,.responses-inner,.opblock-section-request-body>.opblock-description-wrapper){padding:1rem}
#reference .swagger-ui :is(.renderedMarkdown,.markdown) p{margin:0 0 .5rem;font-size:.9375rem;line-height:1.7}
#reference .swagger-ui :is(.renderedMarkdown,.markdown) code{background:var(--sunken);color:var(--ink);font-weight:400;padding:.1em .35em}
#reference .swagger-ui :is(.btn,select,input:not([type=checkbox],[type=radio]),.tablinks,.json-schema-2020-12-accordion,.json-schema-2020-12-expand-deep-button,.model-box-control,.models-control){min-height:2.75rem;color:var(--ink)}
#reference .swagger-ui :is(select,input:not([type=checkbox],[type=radio]),textarea){background-color:var(--page);border:1px solid var(--soft);border-radius:.625rem;font-size:1rem;padding-inline:.75rem;margin:.25rem 0;max-width:100%;box-shadow:none}
#reference .swagger-ui textarea{font:.875rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;min-height:12rem;width:100%}
#reference .swagger-ui select{appearance:none;-webkit-appearance:none;padding-right:2.5rem!important;background-repeat:no-repeat;background-position:right .75rem center;background-size:1rem;text-overflow:ellipsis}html.dark-mode #reference .swagger-ui select{background-image:none;background-color:var(--sunken)}
#reference .swagger-ui .btn{background:var(--surface);border:1px solid var(--soft);border-radius:.625rem;box-shadow:none;padding:0 1rem}
#reference .swagger-ui .btn.execute{background:var(--brand-ink);border-color:var(--brand-ink);color:var(--surface)}
#reference .swagger-ui .btn.cancel{color:var(--bad-ink);border-color:var(--bad-ink)}
#reference .swagger-ui .download-contents{background:var(--surface);color:var(--brand-ink);border:1px solid var(--line);border-radius:.625rem;width:auto;height:auto;min-height:2.75rem;padding:0 1rem}
#reference .swagger-ui .btn-group .btn{border-radius:.625rem}#reference .swagger-ui .btn-group{gap:.5rem;padding:1rem}
#reference .swagger-ui .tab li{padding:0}#reference .swagger-ui .tab{margin:0}#reference .swagger-ui .tablinks{padding:0 .75rem;min-width:2.75rem}
#reference .swagger-ui :is(pre,.highlight-code pre,.microlight,.opblock-body pre.microlight){background:var(--sunken)!important;color:var(--ink)!important;border:1px solid var(--line);border-radius:.625rem;font:.8125rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace!important;padding:.75rem!important;min-height:0}
#reference .swagger-ui :is(pre,pre.microlight) :is(code,span){color:var(--ink)!important;font:inherit;background:none;border:0;padding:0}
#reference .swagger-ui :is(.parameter__type,.parameter__in,.parameter__extension,.response-control-media-type__title,.response-control-media-type__accept-message,.examples__title,.examples__section-header,.prop-format,.prop-type){color:var(--soft);font-size:.8125rem}
#reference .swagger-ui .response-control-media-type--accept-controller select{border-color:var(--soft)}
#reference .swagger-ui .parameter__name{font:600 .9375rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
#reference .swagger-ui :is(.parameter__name.required::after,.parameter__name.required span,.opblock-section-header label span,sup){color:var(--bad-ink)}
#reference .swagger-ui .response-col_status{font-weight:600}
#reference .swagger-ui :is(.response-col_links,.copy-to-clipboard){display:none!important}
#reference .swagger-ui :is(.wrapper,.block-desktop,.opblock-tag-section>div){margin:0}
#reference .swagger-ui .headers :is(td,.header-col){font-weight:400;font-size:.875rem;padding:.25rem 1rem .25rem 0;min-width:0}
#reference .swagger-ui :is(.headers__title,.header-col:first-child){font-weight:600}
#reference .swagger-ui .opblock-tag-section{margin:0 0 1.5rem}
#reference .swagger-ui :is(.json-schema-2020-12,.json-schema-2020-12__constraint,.json-schema-2020-12-property .json-schema-2020-12){background:none}
#reference .swagger-ui [class*=json-schema-2020-12]{color:var(--ink)}
#reference .swagger-ui :is(.json-schema-2020-12__constraint,.json-schema-2020-12-json-viewer__value,.json-schema-2020-12-keyword__value){background:var(--sunken);color:var(--ink)}
#reference .swagger-ui .json-schema-2020-12__attribute--primary,#reference .swagger-ui .json-schema-2020-12__attribute--muted{color:var(--soft)}
@media (max-width:48rem){#reference .swagger-ui :is(.parameters,.responses-table,.live-responses-table,.headers) :is(tbody,tr,td){display:block;width:100%;min-width:0;padding-left:0;padding-right:0}#reference .swagger-ui table.headers{display:block}#reference .swagger-ui :is(.parameters,.responses-table,.live-responses-table){display:block}#reference .swagger-ui table thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}#reference .swagger-ui :is(.parameters input,.parameters select){width:100%}}
`;

/** Starts Swagger UI over the description of this very server. The key is read when a call is sent, and kept nowhere. */
export const REFERENCE_SCRIPT = `
addEventListener("DOMContentLoaded", async () => {
  const place = document.getElementById("reference"), key = document.getElementById("key");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  paint();
  dark.addEventListener("change", paint);
  const nothing = () => () => null;
  const words = JSON.parse(place.dataset.words);
  // What Swagger UI says itself, which knows English alone; never what the description of the API says, nor what was sent.
  const translate = () => {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const word = words[text.nodeValue.trim()], around = text.parentElement;
      if (!word || word === text.nodeValue.trim() || around.closest("pre,code,textarea,.markdown,.renderedMarkdown,.opblock-tag")) continue;
      text.nodeValue = word;
      around.lang = place.dataset.language;
    }
  };
  const withoutFrame = ({ React }) => ({
    wrapComponents: { authorizeBtn: nothing, authorizeOperationBtn: nothing },
    components: {
      CallsOnly: ({ getComponent }) => {
        const parts = ["SvgAssets", "operations", "Webhooks"].map((name) => React.createElement(getComponent(name, name !== "SvgAssets"), { key: name }));
        return React.createElement("div", { className: "swagger-ui" }, parts);
      },
    },
  });
  // Names for lists and fields, and the keyboard for what scrolls.
  const mend = () => {
    mending = false;
    translate();
    for (const each of place.querySelectorAll("select:not([aria-label])")) each.setAttribute("aria-label", words[each.closest(".examples-select") ? "Example" : "Media type or value"]);
    for (const each of place.querySelectorAll(":is(textarea,input):not([aria-label])")) each.setAttribute("aria-label", each.placeholder || words["Request body"]);
    for (const each of place.querySelectorAll("pre:not([tabindex])")) each.tabIndex = 0;
    if (wanted && place.querySelector(".opblock")) goTo(wanted);
  };
  // A call or an error that the address names is there only once the calls are drawn.
  let wanted = location.hash.slice(1);
  const goTo = (id) => {
    wanted = "";
    const at = document.getElementById(id);
    if (!at) return;
    if (at.matches(".opblock:not(.is-open)")) at.querySelector(".opblock-summary-control").click();
    at.scrollIntoView();
  };
  let mending = false;
  new MutationObserver(() => { if (!mending) { mending = true; requestAnimationFrame(mend); } }).observe(place, { childList: true, subtree: true });
  try {
    const answer = await fetch("/api/openapi.json", { signal: AbortSignal.timeout(30000) });
    const spec = await answer.json();
    spec.servers = [{ url: location.origin }];
    SwaggerUIBundle({
      spec, domNode: place, plugins: [withoutFrame], layout: "CallsOnly", docExpansion: "list",
      validatorUrl: null, persistAuthorization: false, syntaxHighlight: { activated: false },
      supportedSubmitMethods: place.dataset.try === "true" ? ["get", "post", "patch", "delete"] : [],
      requestInterceptor: (request) => {
        const { origin, pathname } = new URL(request.url, location.href);
        const secret = key ? key.value.trim() : "";
        if (secret && origin === location.origin && /^\\/(api\\/v1\\/|mcp$)/.test(pathname)) request.headers.Authorization = "Bearer " + secret;
        return request;
      },
    });
  } catch (cause) {
    place.textContent = place.dataset.failed;
  }
});
`;
