"""The calls, by what they are about. ``list`` answers one page, ``all`` goes through every page.

Fields are named as in the API (``outTradeNo``, ``createdFrom``), whose reference is at ``/docs`` of your Lingfu.
"""

from __future__ import annotations

import datetime
import json
import time
from typing import Any, Callable, Dict, Iterator, Mapping, Optional
from urllib.parse import quote, urlencode

from .sandbox import Sandbox
from .transport import Transport

Json = Dict[str, Any]


class Lingfu:
    """The API of your Lingfu.

    With ``key_id`` the requests are signed and the secret is never sent; without it the secret is sent as a bearer key.
    """

    def __init__(
        self,
        base_url: str,
        secret: str,
        key_id: Optional[str] = None,
        *,
        sandbox_url: Optional[str] = None,
        timeout: float = 30,
        max_retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(
            base_url, secret, key_id, timeout=timeout, max_retries=max_retries, sleep=sleep
        )
        self.orders = Orders(self)
        self.refunds = Refunds(self)
        self.promotions = Promotions(self)
        self.collection_codes = CollectionCodes(self)
        self.webhook_endpoints = WebhookEndpoints(self)
        self.webhook_deliveries = WebhookDeliveries(self)
        self.events = Events(self)
        self.reports = Reports(self)
        self.shoppers = Shoppers(self)
        self.sandbox = Sandbox(self, self._transport.origin, sandbox_url)

    def quote(self, cart: Json) -> Json:
        """The best combination of promotions for a cart; nothing is stored."""
        return self.call("POST", "/api/v1/quotes", body=cart)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        body: Any = None,
        idempotency_key: Optional[str] = None,
    ) -> Any:
        """Any call of the API."""
        answer = self.download(method, path, query=query, body=body, idempotency_key=idempotency_key)
        return json.loads(answer) if answer else None

    def download(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        body: Any = None,
        idempotency_key: Optional[str] = None,
    ) -> bytes:
        """The same for a call that answers with a file."""
        search = urlencode({name: _text(value) for name, value in (query or {}).items() if value is not None})
        return self._transport.send(method, f"{path}?{search}" if search else path, body, idempotency_key)

    def pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Json]:
        """Every item of a list, page after page."""
        cursor: Optional[str] = None
        while True:
            page = self.call("GET", path, query=query if cursor is None else {**query, "cursor": cursor})
            yield from page["data"]
            cursor = page["nextCursor"]
            if cursor is None:
                return


def _text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _at(*parts: str) -> str:
    """A path; an empty id, or one of dots, would name another address."""
    for part in parts:
        if part in ("", ".", ".."):
            raise ValueError("an id is missing")
    return "/api/v1/" + "/".join(quote(part, safe="") for part in parts)


class _Resource:
    def __init__(self, client: Lingfu) -> None:
        self._client = client

    def _get(self, *parts: str, **query: Any) -> Any:
        return self._client.call("GET", _at(*parts), query=query)

    def _post(self, *parts: str, body: Any = None, key: Optional[str] = None) -> Any:
        return self._client.call("POST", _at(*parts), body=body, idempotency_key=key)

    def _patch(self, *parts: str, body: Any) -> Any:
        return self._client.call("PATCH", _at(*parts), body=body)

    def _delete(self, *parts: str) -> Any:
        return self._client.call("DELETE", _at(*parts))


class Orders(_Resource):
    def create(self, order: Json, *, idempotency_key: Optional[str] = None) -> Json:
        """``price`` is yuan, ``unitAmount`` fen. The same ``outTradeNo`` with the same content answers the order that is there."""
        return self._post("orders", body=order, key=idempotency_key)

    def get(self, order_id: str) -> Json:
        return self._get("orders", order_id)

    def list(self, **query: Any) -> Json:
        return self._get("orders", **query)

    def all(self, **query: Any) -> Iterator[Json]:
        return self._client.pages(_at("orders"), query)

    def find(self, out_trade_no: str) -> Optional[Json]:
        """The order of your own number; None where there is none."""
        found = self.list(outTradeNo=out_trade_no)["data"]
        return found[0] if found else None

    def close(self, order_id: str, *, idempotency_key: Optional[str] = None) -> Json:
        """WeChat is asked first: an order that turns out to be paid is answered as paid."""
        return self._post("orders", order_id, "close", key=idempotency_key)

    def recover(self, order_id: str, *, idempotency_key: Optional[str] = None) -> Json:
        """A fresh order for what a closed one asked for (``recoverable``); the same one however often it is asked for."""
        return self._post("orders", order_id, "recover", key=idempotency_key)

    def refund(self, order_id: str, refund: Optional[Json] = None, *, idempotency_key: Optional[str] = None) -> Json:
        """Without ``amount`` and ``items`` everything that is left goes back."""
        return self._post("orders", order_id, "refunds", body=refund or {}, key=idempotency_key)

    def refunds(self, order_id: str) -> Json:
        return self._get("orders", order_id, "refunds")

    def pay_by_code(self, order_id: str, payment: Json, *, idempotency_key: Optional[str] = None) -> Json:
        """Charges the code on a shopper's phone. A pending answer is asked about again with the same code."""
        return self._post("orders", order_id, "pay", body=payment, key=idempotency_key)

    def enter_promotion_code(self, order_id: str, entered: Json, *, idempotency_key: Optional[str] = None) -> Json:
        return self._post("orders", order_id, "promotion-codes", body=entered, key=idempotency_key)

    def correct_scene(self, order_id: str, correction: Json, *, idempotency_key: Optional[str] = None) -> Json:
        return self._post("orders", order_id, "scene", body=correction, key=idempotency_key)


class Refunds(_Resource):
    def get(self, refund_id: str) -> Json:
        return self._get("refunds", refund_id)

    def list(self, **query: Any) -> Json:
        return self._get("refunds", **query)

    def all(self, **query: Any) -> Iterator[Json]:
        return self._client.pages(_at("refunds"), query)


class Promotions(_Resource):
    def create(self, promotion: Json, *, idempotency_key: Optional[str] = None) -> Json:
        return self._post("promotions", body=promotion, key=idempotency_key)

    def get(self, promotion_id: str) -> Json:
        return self._get("promotions", promotion_id)

    def list(self, **query: Any) -> Json:
        return self._get("promotions", **query)

    def all(self, **query: Any) -> Iterator[Json]:
        return self._client.pages(_at("promotions"), query)

    def update(self, promotion_id: str, changes: Json) -> Json:
        return self._patch("promotions", promotion_id, body=changes)

    def archive(self, promotion_id: str) -> None:
        self._delete("promotions", promotion_id)

    def pause(self, promotion_id: str) -> Json:
        return self._post("promotions", promotion_id, "pause")

    def resume(self, promotion_id: str) -> Json:
        return self._post("promotions", promotion_id, "resume")

    def add_codes(self, promotion_id: str, codes: Json, *, idempotency_key: Optional[str] = None) -> Json:
        return self._post("promotions", promotion_id, "codes", body=codes, key=idempotency_key)

    def list_codes(self, promotion_id: str, **query: Any) -> Json:
        return self._get("promotions", promotion_id, "codes", **query)

    def all_codes(self, promotion_id: str, **query: Any) -> Iterator[Json]:
        return self._client.pages(_at("promotions", promotion_id, "codes"), query)

    def revoke_code(self, promotion_id: str, code_id: str) -> None:
        self._delete("promotions", promotion_id, "codes", code_id)


class CollectionCodes(_Resource):
    def create(self, code: Json, *, idempotency_key: Optional[str] = None) -> Json:
        return self._post("collection-codes", body=code, key=idempotency_key)

    def get(self, code_id: str) -> Json:
        return self._get("collection-codes", code_id)

    def list(self, **query: Any) -> Json:
        return self._get("collection-codes", **query)

    def all(self, **query: Any) -> Iterator[Json]:
        return self._client.pages(_at("collection-codes"), query)

    def update(self, code_id: str, changes: Json) -> Json:
        return self._patch("collection-codes", code_id, body=changes)

    def retire(self, code_id: str) -> None:
        self._delete("collection-codes", code_id)

    def poster_svg(self, code_id: str, **query: Any) -> bytes:
        return self._client.download("GET", _at("collection-codes", code_id, "poster.svg"), query=query)

    def poster_pdf(self, code_id: str, **query: Any) -> bytes:
        return self._client.download("GET", _at("collection-codes", code_id, "poster.pdf"), query=query)


class WebhookEndpoints(_Resource):
    def create(self, endpoint: Json, *, idempotency_key: Optional[str] = None) -> Json:
        """The answer shows the endpoint's ``secret``, this once."""
        return self._post("webhook-endpoints", body=endpoint, key=idempotency_key)

    def get(self, endpoint_id: str) -> Json:
        return self._get("webhook-endpoints", endpoint_id)

    def list(self) -> Json:
        return self._get("webhook-endpoints")

    def update(self, endpoint_id: str, changes: Json) -> Json:
        return self._patch("webhook-endpoints", endpoint_id, body=changes)

    def remove(self, endpoint_id: str) -> None:
        self._delete("webhook-endpoints", endpoint_id)

    def rotate_secret(self, endpoint_id: str, overlap: Optional[Json] = None) -> Json:
        """During the overlap both secrets sign; ``verify_webhook`` takes several."""
        return self._post("webhook-endpoints", endpoint_id, "rotate-secret", body=overlap)

    def test(self, endpoint_id: str) -> Json:
        return self._post("webhook-endpoints", endpoint_id, "test")

    def redeliver(self, endpoint_id: str, wanted: Json, *, idempotency_key: Optional[str] = None) -> Json:
        return self._post("webhook-endpoints", endpoint_id, "redeliver", body=wanted, key=idempotency_key)


class WebhookDeliveries(_Resource):
    def list(self, **query: Any) -> Json:
        return self._get("webhook-deliveries", **query)

    def all(self, **query: Any) -> Iterator[Json]:
        return self._client.pages(_at("webhook-deliveries"), query)

    def get(self, endpoint_id: str, event_id: str) -> Json:
        return self._get("webhook-endpoints", endpoint_id, "deliveries", event_id)

    def redeliver(self, endpoint_id: str, event_id: str) -> Json:
        return self._post("webhook-endpoints", endpoint_id, "deliveries", event_id, "redeliver")


class Events(_Resource):
    def list(self, **query: Any) -> Json:
        """To poll: ``order="oldest", cursor=last_event_id``."""
        return self._get("events", **query)

    def all(self, **query: Any) -> Iterator[Json]:
        return self._client.pages(_at("events"), query)


class Reports(_Resource):
    def daily(self, **query: Any) -> Json:
        """Days in Beijing time; ``from`` is a word of Python: ``daily(**{"from": "2026-07-01", "to": "2026-07-31"})``."""
        return self._get("reports", "daily", **query)


class Shoppers(_Resource):
    def export(self, shopper_id: str) -> Json:
        """Everything that is kept of a shopper, by your own ``shopperId`` or by ``shp_…``."""
        return self._get("shoppers", shopper_id)

    def erase(self, shopper_id: str) -> Json:
        return self._delete("shoppers", shopper_id)
