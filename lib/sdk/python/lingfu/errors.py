"""What can go wrong, as exceptions with stable codes."""

from __future__ import annotations

from typing import Any, Dict, List, Optional


class LingfuError(Exception):
    """Lingfu refused the call. ``code`` is stable; ``detail`` is for people.

    Nothing was changed, unless ``code`` is ``internal``, ``gateway_unavailable`` or ``unexpected_answer``
    (something in between, such as a proxy, answered in Lingfu's place).
    """

    def __init__(self, status: int, problem: Dict[str, Any], retry_after: Optional[float] = None) -> None:
        self.status = status
        self.code: str = problem.get("code", "unexpected_answer")
        self.detail: str = problem.get("detail", "")
        self.reason: Optional[str] = problem.get("reason")
        self.errors: List[Dict[str, str]] = problem.get("errors") or []
        self.request_id: Optional[str] = problem.get("requestId")
        self.string_to_sign: Optional[str] = problem.get("stringToSign")
        self.retry_after = retry_after
        fields = "".join(f"; {error['path'] or 'body'}: {error['message']}" for error in self.errors)
        super().__init__(f"{self.code}: {self.detail}{fields}")

    def field(self, path: str) -> Optional[str]:
        """What is wrong with a field, such as ``items.0.price``."""
        return next((error["message"] for error in self.errors if error["path"] == path), None)


class LingfuConnectionError(Exception):
    """No answer came, so the call may have been carried out: repeat it with the same ``idempotency_key``."""

    def __init__(self, cause: Exception, idempotency_key: Optional[str]) -> None:
        self.idempotency_key = idempotency_key
        super().__init__(f"no answer from Lingfu: {cause}")


class WebhookVerificationError(Exception):
    """The request is not one of Lingfu's, or not a fresh one: answer 400 and do nothing.

    ``problem`` is one of ``header_missing``, ``timestamp_malformed``, ``timestamp_too_old``, ``timestamp_too_new``,
    ``signature_wrong``, ``payload_malformed``.
    """

    def __init__(self, problem: str, message: str) -> None:
        self.problem = problem
        super().__init__(message)
