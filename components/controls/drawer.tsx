"use client";

import type { DrawerProps } from "./drawer-sheet.tsx";
import { onDemand } from "./on-demand.tsx";

/** A sheet from the lower edge, for a phone. It closes when it is swiped down, and when a link or a form in it is used. */
export const Drawer = onDemand<DrawerProps>("dialog", () => import("./drawer-sheet.tsx"));
