"""GET /receipt-keys: with what anybody can check a receipt without this system."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import receipts
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation

KEYS = {
    "type": "object",
    "required": ["results"],
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "algorithm", "publicKey"],
                "properties": {
                    "id": {
                        "type": "string",
                        "description": "Wat voor de dubbele punt van een handtekening staat.",
                    },
                    "algorithm": {"type": "string"},
                    "publicKey": {"type": "string", "description": "32 bytes, in hex."},
                },
            },
        }
    },
}


class ReceiptKeys(Endpoint):
    """The public halves of the keys that sign receipts, the newest first."""

    open_to_all = True

    @operation("Sleutels van ontvangstbewijzen", answers={200: KEYS}, name="receipt_keys", tags=("algemeen",))
    def get(self, request: Request) -> HttpResponse:
        """All of them: an older receipt was signed with an older key."""
        keys = [
            {"id": key_id, "algorithm": "Ed25519", "publicKey": receipts.public_key(key_id)}
            for key_id in receipts.key_ids()
        ]
        return self.answer({"results": keys})
