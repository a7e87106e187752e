"""Sends a call until it has an answer, without doing anything twice."""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Callable, Dict, Optional, Union
from urllib.parse import urlsplit

from .errors import LingfuConnectionError, LingfuError
from .signing import sign_request

VERSION = "0.1.0"
FIRST_WAIT_S = 0.5
WAIT_S_MAX = 30.0
DETAIL_CHARS_MAX = 200

Failure = Union[LingfuError, LingfuConnectionError]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key to another place."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Transport:
    """Repeats a call where nobody knows what became of it (no answer, 5xx), where Lingfu asks for a while (429) and where its
    first try is still under way (409 with ``Retry-After``), under the same idempotency key and with a fresh signature.
    PATCH has no such key: it is repeated after 429 alone, which changes nothing.
    """

    def __init__(
        self,
        base_url: str,
        secret: str,
        key_id: Optional[str],
        *,
        timeout: float,
        max_retries: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("base_url must be an http or https address")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._secret = secret
        self._key_id = key_id
        self._timeout = timeout
        self._max_retries = max_retries
        self._sleep = sleep
        self._open = urllib.request.build_opener(_NoRedirect).open

    def send(self, method: str, target: str, body: Any = None, idempotency_key: Optional[str] = None) -> bytes:
        key = (idempotency_key or str(uuid.uuid4())) if method == "POST" else None
        tries = 0
        while True:
            tries += 1
            try:
                return self._try_once(method, target, body, key)
            except (LingfuError, LingfuConnectionError) as failed:
                # The try before has removed it, and its answer was lost.
                if method == "DELETE" and tries > 1 and _status(failed) == 404:
                    return b""
                wait = _wait_before(method, failed, tries) if tries <= self._max_retries else None
                if wait is None:
                    raise
                self._sleep(wait)

    def _try_once(self, method: str, target: str, body: Any, key: Optional[str]) -> bytes:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {
            "accept": "application/json",
            "authorization": self._authorization(method, target, data or b""),
            "user-agent": f"lingfu-python/{VERSION}",
        }
        if data is not None:
            headers["content-type"] = "application/json"
        if key is not None:
            headers["idempotency-key"] = key
        request = urllib.request.Request(self.origin + target, data=data, headers=headers, method=method)
        try:
            with self._open(request, timeout=self._timeout) as response:
                return response.read()
        except urllib.error.HTTPError as answered:
            raise _error_of(answered, key) from None
        except (OSError, http.client.HTTPException) as cause:
            raise LingfuConnectionError(cause, key) from cause

    def _authorization(self, method: str, target: str, body: bytes) -> str:
        if self._key_id is None:
            return f"Bearer {self._secret}"
        timestamp, nonce = int(time.time()), str(uuid.uuid4())
        return sign_request(self._key_id, self._secret, method, target, body, timestamp, nonce)


def _error_of(answered: urllib.error.HTTPError, key: Optional[str]) -> Failure:
    retry_after = _retry_after(answered.headers.get("retry-after"))
    try:
        text = answered.read()
    except (OSError, http.client.HTTPException) as cause:
        return LingfuConnectionError(cause, key)
    problem: Dict[str, Any]
    try:
        problem = json.loads(text)
        if not isinstance(problem, dict) or not isinstance(problem.get("code"), str):
            raise ValueError
    except ValueError:
        shown = text.decode(errors="replace")[:DETAIL_CHARS_MAX]
        problem = {"code": "unexpected_answer", "detail": f"HTTP {answered.code}: {shown}"}
    return LingfuError(answered.code, problem, retry_after)


def _retry_after(text: Optional[str]) -> Optional[float]:
    if text is None:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _wait_before(method: str, failed: Failure, tries: int) -> Optional[float]:
    """Seconds to wait before the next try; None where a repeat would not help, or might do the work twice."""
    status = _status(failed)
    asked = failed.retry_after if isinstance(failed, LingfuError) else None
    under_way = status == 409 and asked is not None
    unknown = (status is None or status >= 500) and method != "PATCH"
    if not (status == 429 or under_way or unknown):
        return None
    if asked is not None:
        return asked if asked <= WAIT_S_MAX else None
    return FIRST_WAIT_S * 2 ** (tries - 1) * (0.5 + random.random() / 2)


def _status(failed: Failure) -> Optional[int]:
    return failed.status if isinstance(failed, LingfuError) else None
