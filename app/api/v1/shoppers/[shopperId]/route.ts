import { routesOf } from "../../../../routes.ts";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routesOf("/api/v1/shoppers/{shopperId}");
