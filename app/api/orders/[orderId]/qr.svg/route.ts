import { routesOf } from "../../../../routes.ts";
import { drawQr } from "./draw-qr.tsx";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routesOf("/api/orders/{orderId}/qr.svg", { drawQr });
