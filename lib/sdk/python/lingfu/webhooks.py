"""Deliveries of webhooks (Standard Webhooks): verify before you parse."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from .errors import WebhookVerificationError

TOLERANCE_S = 300
SIGNATURES_MAX = 10


def verify_webhook(
    payload: Union[bytes, str],
    headers: Mapping[str, str],
    secret: Union[str, Sequence[str]],
    *,
    tolerance: int = TOLERANCE_S,
    now: Optional[float] = None,
) -> Dict[str, Any]:
    """Checks a delivery and returns ``{"id", "type", "timestamp", "data"}``.

    ``payload`` is the body exactly as it came. ``secret`` may be several while one is being replaced. A delivery can come
    twice: remember ``id``, which is the same for every try.
    """
    body = payload.encode() if isinstance(payload, str) else payload
    given = {name.lower(): value for name, value in headers.items()}
    event_id, timestamp, signatures = (
        _header(given, name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    _check_time(timestamp, tolerance, time.time() if now is None else now)
    signed = f"{event_id}.{timestamp}.".encode() + body
    secrets = [secret] if isinstance(secret, str) else list(secret)
    # Every signature is compared with every secret, so that the time tells nothing of which one fits.
    fits = [_fits(each, signatures, signed) for each in secrets]
    if not any(fits):
        raise WebhookVerificationError("signature_wrong", "no signature of this delivery fits the secret")
    try:
        event = json.loads(body)
    except ValueError:
        raise WebhookVerificationError("payload_malformed", "the body is not JSON") from None
    return {"id": event_id, **event}


def _header(given: Mapping[str, str], name: str) -> str:
    value = given.get(name)
    if not value:
        raise WebhookVerificationError("header_missing", f"the header {name} is missing")
    return value


def _check_time(text: str, tolerance: int, now: float) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise WebhookVerificationError("timestamp_malformed", "webhook-timestamp is not a number of seconds")
    off = int(now) - int(text)
    if off > tolerance:
        raise WebhookVerificationError("timestamp_too_old", f"the delivery is {off} s old (allowed {tolerance})")
    if off < -tolerance:
        raise WebhookVerificationError("timestamp_too_new", f"the delivery is {-off} s ahead (allowed {tolerance})")


def _fits(secret: str, signatures: str, signed: bytes) -> bool:
    try:
        key = base64.b64decode(secret[6:] if secret.startswith("whsec_") else secret, validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise ValueError("a webhook secret is whsec_ and base64")
    wanted = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    found = [hmac.compare_digest(wanted, each.encode()) for each in signatures.split(" ")[:SIGNATURES_MAX]]
    return any(found)
