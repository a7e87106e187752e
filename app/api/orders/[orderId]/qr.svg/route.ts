import { routesOf } from "../../../../routes.ts";
import { drawQr } from "./draw-qr.ts";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routesOf("/api/orders/{orderId}/qr.svg", { drawQr });
