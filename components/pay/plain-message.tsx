/** The lightest page there is: every page of the framework carries its "not found" along, so that is what it is made of. */
export function PlainMessage({ language, title, hint }: { language: string; title: string; hint: string }) {
  return (
    <main lang={language} className="grid min-h-dvh place-content-center p-8 text-center">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="mt-2 text-soft">{hint}</p>
    </main>
  );
}
