import { answerFromTable } from "../routes.ts";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = answerFromTable();
