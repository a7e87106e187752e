import type { World } from "../world.ts";
import type { Route } from "./http.ts";

export const billRoutes = (_world: World): Route[] => [];
