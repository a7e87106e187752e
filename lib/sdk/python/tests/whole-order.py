"""From an order to the verified webhook of its refund, against a running product in sandbox mode. Prints what happened.

    LINGFU_URL=… LINGFU_SANDBOX_URL=… LINGFU_KEY_ID=… LINGFU_SECRET=… python3 tests/whole-order.py
"""

import json
import os
import pathlib
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from lingfu import Lingfu, LingfuError, WebhookVerificationError, verify_webhook  # noqa: E402

deliveries: "queue.Queue" = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        deliveries.put((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


def main() -> None:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lingfu = Lingfu(
        os.environ["LINGFU_URL"],
        os.environ["LINGFU_SECRET"],
        os.environ["LINGFU_KEY_ID"],
        sandbox_url=os.environ["LINGFU_SANDBOX_URL"],
    )
    endpoint = lingfu.webhook_endpoints.create(
        {"url": f"http://127.0.0.1:{server.server_port}/hook", "events": ["order.paid", "refund.succeeded"]}
    )
    order = lingfu.orders.create({"items": [{"name": "拿铁 Python", "price": "18.00", "quantity": 2}]})
    again = lingfu.orders.create(
        {"items": [{"name": "一件", "unitAmount": 1, "quantity": 1}], "outTradeNo": order["outTradeNo"] + "x"},
        idempotency_key="python-once",
    )
    replayed = lingfu.orders.create(
        {"items": [{"name": "一件", "unitAmount": 1, "quantity": 1}], "outTradeNo": order["outTradeNo"] + "x"},
        idempotency_key="python-once",
    )
    paid = lingfu.sandbox.pay(order)
    refund = lingfu.sandbox.wait_for_refund(lingfu.orders.refund(order["id"], {"amount": 1000, "reason": "少一杯"}))
    events = []
    while len(events) < 2:
        headers, body = deliveries.get(timeout=30)
        event = verify_webhook(body, headers, endpoint["secret"])
        # An endpoint hears of every order of the shop.
        if event["data"]["id"] in (order["id"], refund["id"]):
            events.append(event)
    try:
        verify_webhook(body + b" ", headers, endpoint["secret"])
        forged = "accepted"
    except WebhookVerificationError as refused:
        forged = refused.problem
    try:
        lingfu.orders.create({"items": [{"name": "x", "price": "0.001", "quantity": 1}]})
        wrong = None
    except LingfuError as refused:
        wrong = [refused.code, refused.field("items.0.price")]
    print(
        json.dumps(
            {
                "order": [order["status"], order["amountDue"]],
                "sameOrder": again["id"] == replayed["id"],
                "paid": paid["status"],
                "refund": refund["status"],
                "events": [event["type"] for event in events],
                "eventOrder": events[0]["data"]["id"] == order["id"],
                "forged": forged,
                "wrong": wrong,
                "listed": sum(each["id"] == order["id"] for each in lingfu.orders.all(q="Python", limit=1)),
            },
            ensure_ascii=False,
        )
    )
    server.shutdown()


main()
