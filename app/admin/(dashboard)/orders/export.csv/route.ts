import { exportOrderList } from "../export-orders.ts";

export async function GET(request: Request): Promise<Response> {
  return exportOrderList(request, "csv");
}
