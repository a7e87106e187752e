// The whole API; lib/http/routes.ts is the list.
import { answerFromTable } from "../../routes.ts";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = answerFromTable();
