"""Speaks with a scripted server: LINGFU_URL. Prints what each call came to. Deliveries to verify come on stdin as JSON."""

import inspect
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from lingfu import (  # noqa: E402
    Lingfu,
    LingfuConnectionError,
    LingfuError,
    WebhookVerificationError,
    verify_webhook,
)

waits = []
lingfu = Lingfu(os.environ["LINGFU_URL"], "sk_secret", "key_1", sleep=waits.append)
ORDER = {"items": [{"name": "拿铁", "unitAmount": 1, "quantity": 1}]}


def outcome(call):
    try:
        answer = call()
        return answer.get("id") if isinstance(answer, dict) else "nothing"
    except LingfuError as refused:
        return [refused.code, refused.field("items.0.price"), refused.request_id]
    except LingfuConnectionError as lost:
        return ["no answer", lost.idempotency_key]


def verified(case):
    try:
        event = verify_webhook(case["payload"], case["headers"], case["secret"], now=case["now"])
        return event["id"]
    except WebhookVerificationError as refused:
        return refused.problem


def every_call():
    """Each public method once, its ids filled in."""
    for resource in vars(lingfu).values():
        if not type(resource).__module__.endswith("client") or resource is lingfu:
            continue
        for name, method in inspect.getmembers(resource, inspect.ismethod):
            if name.startswith("_") or name in ("all", "all_codes", "find"):
                continue
            wanted = [
                parameter
                for parameter in inspect.signature(method).parameters.values()
                if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            ]
            method(*["ID" if parameter.name.endswith("_id") else {} for parameter in wanted])
    lingfu.quote(ORDER)


results = {
    "repeated": outcome(lambda: lingfu.orders.create(ORDER)),
    "refused": outcome(lambda: lingfu.orders.create(ORDER)),
    "patched": outcome(lambda: lingfu.promotions.update("p", {})),
    "removed": outcome(lambda: lingfu.webhook_endpoints.remove("w")),
    "encoded": outcome(lambda: lingfu.orders.get("a/b?c")),
    "lost": outcome(lambda: lingfu.orders.create(ORDER, idempotency_key="mine")),
}
results["waits"] = waits
every_call()
results["verified"] = [verified(case) for case in json.load(sys.stdin)]
print(json.dumps(results))
