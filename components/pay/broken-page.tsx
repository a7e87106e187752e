import { broken as english } from "#lib/texts/en/broken.ts";
import { broken as chinese } from "#lib/texts/zh-CN/broken.ts";

/** The last error page, as light as it can be, since every page carries it. In two languages: choosing one may be what failed. */
export const BrokenPage = () => (
  <main className="grid min-h-dvh place-items-center p-8 text-center">
    <div>
      <h1 className="text-xl font-semibold">
        {chinese.title} · {english.title}
      </h1>
      <p className="mt-2 text-soft">
        {chinese.hint}
        {english.hint}
      </p>
      <a className="mt-4 inline-block p-4 underline" href="?">
        {chinese.retry} · {english.retry}
      </a>
    </div>
  </main>
);
