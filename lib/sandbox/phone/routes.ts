import type { Route } from "../protocol/http.ts";
import type { World } from "../world.ts";

export const phoneRoutes = (_world: World): Route[] => [];
