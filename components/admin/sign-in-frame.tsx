import type { ReactNode } from "react";
import { Card } from "../ui/card.tsx";

/** The frame of the pages before the dashboard: sign-in, code, new password. */
export function SignInFrame({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex max-w-md flex-col px-4 py-10 sm:py-20">
      <Card className="px-6 py-8">
        <h1 className="text-2xl font-semibold">{title}</h1>
        {hint === undefined ? null : <p className="mt-2 text-sm text-soft">{hint}</p>}
        <div className="mt-6">{children}</div>
      </Card>
    </main>
  );
}
