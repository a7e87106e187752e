"""Signed requests: HMAC-SHA256 with the key's secret, which itself is never sent."""

from __future__ import annotations

import base64
import hashlib
import hmac


def sign_request(key_id: str, secret: str, method: str, target: str, body: bytes, timestamp: int, nonce: str) -> str:
    """The ``Authorization`` of a request. ``target`` is path and query exactly as they are sent."""
    text = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
    signature = base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
    return f'PAY-HMAC-SHA256 key_id="{key_id}",nonce="{nonce}",timestamp="{timestamp}",signature="{signature}"'
