"""Run inside a node's own environment: signs messages with that node's real request key, one JSON line for each.

A line in: {"target_uri", "body", "age", "nonce", "method"}; a line out: the three headers of the signature.
"""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
django.setup()

from django.utils import timezone  # Django must be set up before its models are imported

from certificates.adapters.node_keys import node_signer
from verification.core.message_signature import MessageRequest, sign_request
from verification.queries.node_keys import active_kid


def main() -> None:
    """This will sign until standard input ends."""
    signer = node_signer(purpose="request", kid=active_kid(purpose="request"))
    for line in sys.stdin:
        asked = json.loads(line)
        request = MessageRequest(
            method=asked["method"], target_uri=asked["target_uri"], headers=(), body=asked["body"].encode()
        )
        created = timezone.now() - timedelta(seconds=asked["age"])
        print(
            json.dumps(sign_request(request=request, signer=signer, created=created, nonce=asked["nonce"])), flush=True
        )


if __name__ == "__main__":
    main()
