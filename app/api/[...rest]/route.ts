import { nothingHere } from "../../routes.ts";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = nothingHere();
