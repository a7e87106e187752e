import { exportRefundList } from "../export-refunds.ts";

export async function GET(request: Request): Promise<Response> {
  return exportRefundList(request, "xlsx");
}
