"""Once and no more: a request that is sent again gets its first answer, without being carried out again.

Rights come first: a service says `first_time(once)` as soon as it knows that this actor may do this now. Who lost
the right since gets the answer that a new request would get, not what came of the old one.

The record holds no body and no answer, as those could give away what is sealed: only which object came of it.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Model
from django.utils.crypto import salted_hmac

from .models import IdempotencyRecord
from .problems import Refused, conflict, not_found
from .races import overtaken


class Replayed(Exception):
    """This was carried out before: the service stops here, and what came of it then is the answer."""


@dataclass
class Once:
    """One request that may be carried out once: services that create or act receive it and `remember`.

    A service calls `once.remember(201, letter)` inside its transaction, just before the audit entry. When the
    same request came in twice at the same moment the second one fails there on the unique key, so all that it
    did is undone, and it is answered with what came of the first.
    """

    actor_key: str
    key: str
    body_hmac: str
    status: int = 0
    outcome: Model | None = None
    allowed: bool = False
    """whether a service found that this actor may do this now"""
    replayed: bool = False
    """whether this was carried out before, or beside this one, and only answered again"""

    def remember(self, status: int, outcome: Model) -> None:
        """Store that this request gave this object, to be answered with this HTTP status."""
        if not self.allowed:
            raise RuntimeError("a service says first_time(once) before it acts, once it knows that it may")
        IdempotencyRecord.objects.create(
            actor_key=self.actor_key,
            key=self.key,
            body_hmac=self.bound(),
            status=status,
            object_type=outcome._meta.label_lower,
            object_id=outcome.pk,
        )
        self.status, self.outcome = status, outcome

    def settle(self, status: int) -> None:
        """Say that more came of it than was promised when it was remembered (202, and done after all)."""
        IdempotencyRecord.objects.filter(actor_key=self.actor_key, key=self.key).update(status=status)
        self.status = status

    def bound(self) -> str:
        """What is stored of the body: bound to who asked with which key.

        Somebody else who sends the same body makes another value, so sending guesses confirms none.
        """
        return bound_to(self.actor_key, self.key, self.body_hmac)

    def recall(self) -> bool:
        """Whether this request was carried out before; then `status` and `outcome` are those of that time.

        Raises Refused 409 `idempotency_mismatch` when the key was used for something else.
        """
        record = IdempotencyRecord.objects.filter(actor_key=self.actor_key, key=self.key).first()
        if record is None:
            return False
        if not hmac.compare_digest(record.body_hmac, self.bound()):
            raise conflict(
                "idempotency_mismatch",
                "Deze Idempotency-Key is al gebruikt met andere inhoud: neem een nieuwe.",
            )
        found = apps.get_model(record.object_type)._base_manager.filter(pk=record.object_id).first()
        if found is None:
            raise not_found()
        self.status, self.outcome = record.status, found
        return True

    def is_known(self) -> bool:
        """Whether this very request was carried out before: its key and its content."""
        return IdempotencyRecord.objects.filter(
            actor_key=self.actor_key, key=self.key, body_hmac=self.bound()
        ).exists()

    def done_meanwhile(self) -> bool:
        """Whether the same request was carried out beside this one, by somebody who may still do so."""
        return self.allowed and self.recall()

    def carry_out(self, act: Callable[[], Any]) -> Any:
        """What came of this request: carried out now, or already by the same request beside this one.

        Raises Refused and IntegrityError. A failure is only forgiven when somebody else remembered this very
        request: what went wrong after this one remembered it itself is a failure, whatever was stored by then.
        """
        try:
            act()
        except Replayed:
            self.replayed = True
        except (Refused, IntegrityError):
            if self.outcome is not None or not self.done_meanwhile():
                raise
            self.replayed = True
        if self.outcome is None:
            raise RuntimeError("the service did not remember what came of this request")
        return self.outcome

    def press(self, act: Callable[[], Any]) -> Any:
        """The same for a form, which draws every refusal: also that of the database. Raises Refused."""
        try:
            return self.carry_out(act)
        except IntegrityError as error:
            raise overtaken(error) from None


def first_time(once: Once | None) -> None:
    """What a service says when it knows that this actor may do this, before it judges or writes anything.

    Raises Replayed when it was done before, and Refused when the key was used for something else.
    """
    if once is None:
        return
    once.allowed = True
    if once.recall():
        raise Replayed


def bound_to(actor_key: str, key: str, body_hmac: str) -> str:
    """The HMAC of a request for one asker and key."""
    content = json.dumps([actor_key, key, body_hmac])
    return salted_hmac("idempotency record", content, algorithm="sha256").hexdigest()


def fingerprint(method: str, path: str, document: Any) -> str:
    """The HMAC of a request, the same for every spelling of the same JSON."""
    canonical = json.dumps([method, path, document], sort_keys=True, separators=(",", ":"), default=str)
    return salted_hmac("idempotency", canonical, algorithm="sha256").hexdigest()
