"""GET /receipt-keys: with what anybody can check a receipt without this system."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import receipts, resources
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation


class ReceiptKeys(Endpoint):
    """The public halves of the keys that sign receipts, the newest first."""

    open_to_all = True

    @operation(
        "Sleutels van ontvangstbewijzen",
        answers={200: resources.ReceiptKeys},
        name="receipt_keys",
        tags=("algemeen",),
    )
    def get(self, request: Request) -> HttpResponse:
        """All of them: an older receipt was signed with an older key."""
        keys = [
            resources.ReceiptKey(id=key_id, algorithm="Ed25519", public_key=receipts.public_key(key_id))
            for key_id in receipts.key_ids()
        ]
        return self.answer(resources.ReceiptKeys(results=keys))
