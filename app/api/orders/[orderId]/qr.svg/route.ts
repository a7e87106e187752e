import { answerFromTable } from "../../../../routes.ts";
import { drawQr } from "./draw-qr.ts";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = answerFromTable({ drawQr });
