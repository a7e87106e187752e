"use client";

import type { MenuProps } from "./menu-popup.tsx";
import { onDemand } from "./on-demand.tsx";

/** A button with a menu of actions and links. */
export const Menu = onDemand<MenuProps>("menu", () => import("./menu-popup.tsx"));
