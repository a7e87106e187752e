import { type MonthRoute, monthFile } from "../../month-file.ts";

export async function GET(_request: Request, { params }: MonthRoute): Promise<Response> {
  return monthFile((await params).month, "pdf");
}
