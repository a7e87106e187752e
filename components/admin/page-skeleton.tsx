import type { ReactNode } from "react";
import { Skeleton } from "../controls/skeleton.tsx";
import { Card } from "../ui/card.tsx";

// What stands where a page will be, in the sizes of what comes.

const Page = ({ children }: { children: ReactNode }) => (
  <div aria-busy="true">
    <Skeleton className="mb-5 h-8 w-40" />
    {children}
  </div>
);

const ROWS = ["a", "b", "c", "d", "e", "f"];

/** A list below its filter. */
export const ListSkeleton = () => (
  <Page>
    <Skeleton className="mb-4 h-11 w-72 max-w-full rounded-full" />
    <Card className="overflow-hidden">
      <ul className="divide-y divide-line">
        {ROWS.map((row) => (
          <li key={row} className="flex items-center justify-between gap-6 px-4 py-4">
            <span className="flex-1">
              <Skeleton className="h-5 w-1/2" />
              <Skeleton className="mt-2 h-4 w-1/3 md:hidden" />
            </span>
            <Skeleton className="h-5 w-20" />
          </li>
        ))}
      </ul>
    </Card>
  </Page>
);

/** Facts on cards, and forms. */
export const CardsSkeleton = () => (
  <Page>
    <div className="grid items-start gap-5 xl:grid-cols-2">
      {["a", "b"].map((card) => (
        <Card key={card} className="divide-y divide-line px-4 py-2 sm:px-5">
          {ROWS.map((row) => (
            <div key={row} className="flex justify-between gap-6 py-3.5">
              <Skeleton className="h-4 w-24" />
              <Skeleton className="h-4 w-40" />
            </div>
          ))}
        </Card>
      ))}
    </div>
  </Page>
);

/** Figures, a picture and a list. */
export const FiguresSkeleton = () => (
  <Page>
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {["a", "b", "c", "d"].map((name) => (
        <Card key={name} className="px-4 py-4 sm:px-5">
          <Skeleton className="h-4 w-16" />
          <Skeleton className="mt-2 h-8 w-24" />
          <Skeleton className="mt-2 h-4 w-20" />
        </Card>
      ))}
    </div>
    <Card className="mt-6 p-5">
      <Skeleton className="h-64" />
    </Card>
  </Page>
);
