"""In sandbox mode: what a shopper and WeChat do, by the control calls of the sandbox WeChat Pay."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from .client import Lingfu

ASK_EVERY_S = 0.1
TIMEOUT_S = 10.0


class Sandbox:
    def __init__(self, client: "Lingfu", origin: str, sandbox_url: Optional[str]) -> None:
        self._client = client
        self._origin = origin
        self._sandbox_url = sandbox_url

    def pay(
        self,
        order: Dict[str, Any],
        *,
        outcome: str = "success",
        openid: Optional[str] = None,
        timeout: float = TIMEOUT_S,
    ) -> Dict[str, Any]:
        """Opens the order's QR code and pays it on the sandbox's phone; answers the order once it is paid.

        With the outcomes ``cancel`` and ``fail`` the order stays unpaid.
        """
        order_id = order["id"]
        opened = _post(f"{self._origin}/api/orders/{quote(order_id, safe='')}/pay", {"channel": "native"})
        paying = {"codeUrl": opened["codeUrl"], "outcome": outcome}
        if openid is not None:
            paying["openid"] = openid
        sandbox_url = self._sandbox_url or self._next_port()
        _post(f"{sandbox_url.rstrip('/')}/control/pay", paying)
        if outcome != "success":
            return self._client.orders.get(order_id)
        return _until(lambda: self._client.orders.get(order_id), timeout)

    def wait_for_refund(self, refund: Dict[str, Any], *, timeout: float = TIMEOUT_S) -> Dict[str, Any]:
        """Answers the refund once WeChat has decided it."""
        return _until(lambda: self._client.refunds.get(refund["id"]), timeout)

    def _next_port(self) -> str:
        """``npm start`` puts the sandbox there."""
        parts = urlsplit(self._origin)
        if parts.port is None:
            raise ValueError("give sandbox_url: it is not known where the sandbox is")
        return f"{parts.scheme}://{parts.hostname}:{parts.port + 1}"


def _post(url: str, body: Dict[str, Any]) -> Dict[str, Any]:
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
        return json.load(response)


def _until(read: Callable[[], Dict[str, Any]], timeout: float) -> Dict[str, Any]:
    deadline = time.monotonic() + timeout
    while True:
        thing = read()
        if thing["status"] != "pending":
            return thing
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing happened within {timeout} s; is the worker running?")
        time.sleep(ASK_EVERY_S)
