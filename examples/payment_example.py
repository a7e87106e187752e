"""The specification's payment_example, with Lingfu behind it: an order, its pay page, the notification, a refund.

    npm run -s cli -- keys create --name python-shop          (while Lingfu runs: npm start)
    LINGFU_KEY_ID=… LINGFU_SECRET=… python3 examples/payment_example.py

With FastAPI installed it is a FastAPI application (`app`, run it by `uvicorn payment_example:app`); without, the standard library
serves the same routes.
"""

from __future__ import annotations

import asyncio
import os
import pathlib
import sys
import time
from typing import Any, Dict, Mapping, Tuple

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "lib/sdk/python"))  # or: pip install ./lib/sdk/python

from lingfu import Lingfu, WebhookVerificationError, verify_webhook  # noqa: E402

PORT = int(os.environ.get("PORT", "8080"))
SHOP = f"http://localhost:{PORT}"


class PaymentProcessor:
    """What the specification calls by this name. Lingfu's client waits for the network, so it runs beside the event loop."""

    def __init__(self) -> None:
        self.lingfu = Lingfu(
            os.environ.get("LINGFU_URL", "http://localhost:3000"),
            os.environ["LINGFU_SECRET"],
            os.environ["LINGFU_KEY_ID"],
        )
        # The shop's own books: number → (order's id, status). Yours are in a database.
        self.orders: Dict[str, Tuple[str, str]] = {}
        self.seen_events: set = set()
        self.webhook_secret = os.environ.get("LINGFU_WEBHOOK_SECRET") or self._register_webhook()

    async def create_order(self, order: Dict[str, Any]) -> Dict[str, Any]:
        created = await asyncio.to_thread(self.lingfu.orders.create, order)
        self.orders.setdefault(created["outTradeNo"], (created["id"], created["status"]))
        return created

    async def refund(self, number: str) -> Dict[str, Any]:
        order_id, _ = self.orders[number]
        return await asyncio.to_thread(
            self.lingfu.orders.refund, order_id, {"reason": "不想要了"}, idempotency_key=f"all-{number}"
        )

    async def notified(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Lingfu repeats a delivery until it is answered 2xx: do the work before, and each event once."""
        event = verify_webhook(body, headers, self.webhook_secret)
        if event["id"] in self.seen_events:
            return
        order = event["data"]
        if event["type"].startswith("refund."):
            order = await asyncio.to_thread(self.lingfu.orders.get, order["orderId"])
        self.orders[order["outTradeNo"]] = (order["id"], order["status"])
        self.seen_events.add(event["id"])

    def _register_webhook(self) -> str:
        """Until you register the endpoint yourself (in the dashboard, say), it is made anew at each start."""
        url = f"{SHOP}/notify"
        for old in self.lingfu.webhook_endpoints.list()["data"]:
            if old["url"] == url:
                self.lingfu.webhook_endpoints.remove(old["id"])
        wanted = {"url": url, "events": ["order.paid", "order.closed", "refund.succeeded"]}
        return self.lingfu.webhook_endpoints.create(wanted)["secret"]


processor = PaymentProcessor()


async def buy() -> str:
    """@returns the address of the pay page; Lingfu has drawn it, so the shop needs no template and no QR code."""
    number = f"py-{time.time_ns() // 1_000_000:x}"
    order = await processor.create_order(
        {
            "outTradeNo": number,
            "items": [{"name": "商品名称", "price": "100.00", "quantity": 1}],
            "returnUrl": f"{SHOP}/orders/{number}",
        }
    )
    return order["payUrl"]


PAGE = '<form method="post" action="/buy"><button>商品名称, ¥100.00</button></form>'

try:
    from fastapi import FastAPI, HTTPException, Request
    from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
except ImportError:
    app = None
else:
    # Annotations are text here, and FastAPI looks them up among the module's names.
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    async def show_shop() -> str:
        return PAGE

    @app.post("/buy")
    async def create_payment() -> RedirectResponse:
        return RedirectResponse(await buy(), status_code=303)

    @app.get("/orders/{number}", response_class=PlainTextResponse)
    async def show_order(number: str) -> str:
        if number not in processor.orders:
            raise HTTPException(404)
        return processor.orders[number][1]

    @app.post("/orders/{number}/refund", status_code=202)
    async def refund_order(number: str) -> Dict[str, Any]:
        if number not in processor.orders:
            raise HTTPException(404)
        return {"refund": (await processor.refund(number))["status"]}

    @app.post("/notify")
    async def payment_notify(request: Request) -> Response:
        try:
            await processor.notified(await request.body(), request.headers)
        except WebhookVerificationError as refused:
            return PlainTextResponse(str(refused), status_code=400)
        return Response(status_code=204)


def serve_without_fastapi() -> None:
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/":
                return self._answer(200, PAGE)
            number = self.path.removeprefix("/orders/")
            known = processor.orders.get(number)
            self._answer(*((200, known[1]) if known else (404, "not found")))

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 1_000_000))
            if self.path == "/buy":
                return self._answer(303, "", asyncio.run(buy()))
            if self.path == "/notify":
                try:
                    asyncio.run(processor.notified(body, dict(self.headers)))
                except WebhookVerificationError as refused:
                    return self._answer(400, str(refused))
                return self._answer(204, "")
            number = self.path.removeprefix("/orders/").removesuffix("/refund")
            if number not in processor.orders:
                return self._answer(404, "not found")
            self._answer(202, asyncio.run(processor.refund(number))["status"])

        def _answer(self, status: int, text: str, location: str = "") -> None:
            data = text.encode()
            self.send_response(status)
            if location:
                self.send_header("location", location)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("", PORT), Shop)
    print(f"the shop is at {SHOP}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    if app is None:
        serve_without_fastapi()
    else:
        import uvicorn

        print(f"the shop is at {SHOP}", flush=True)
        uvicorn.run(app, port=PORT, log_level="warning")
