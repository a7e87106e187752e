"""The API of a Lingfu checkout, for the shop's own server. Nothing but the standard library is needed."""

from .client import Lingfu
from .errors import LingfuConnectionError, LingfuError, WebhookVerificationError
from .signing import sign_request
from .webhooks import verify_webhook

__version__ = "0.1.0"
__all__ = [
    "Lingfu",
    "LingfuConnectionError",
    "LingfuError",
    "WebhookVerificationError",
    "sign_request",
    "verify_webhook",
]
