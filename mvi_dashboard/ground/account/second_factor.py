"""The second factor: switching it on and off, new recovery codes, and looking at a code.

A code of the app works once: the newest step that was used is kept, and that one and older ones are refused. The
secret is sealed with VAULT_KEYS; of recovery codes only the SHA-256 is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from mvi_dashboard.ground import access, clock, rate_limits, signing_in, taking_back, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done, by_command
from mvi_dashboard.ground.client_addresses import address_of
from mvi_dashboard.ground.models import RecoveryCode, TotpDevice, User
from mvi_dashboard.ground.problems import Problem, Refused, busy, conflict, too_many
from mvi_dashboard.ground.shapes import Object, Secret, Text

from . import codes, telling
from .acting import WHO, PersonAct, ProvenAct

logger = logging.getLogger(__name__)

_PASSWORD = Secret(label="Uw wachtwoord van nu", required=False)
_CODE = Text(40, label="Code", help="Zes cijfers uit uw app, of een herstelcode.")
BEGIN = Object({"password": _PASSWORD})
CONFIRM = Object({"code": Text(40, label="Code uit uw app", help="De zes cijfers die uw app nu toont.")})
PROOF = Object({"password": _PASSWORD, "code": _CODE})
WRONG_CODE = "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code in uw app."
TOO_MANY = "U probeerde te veel codes."
RECOVERY_USED = "second_factor.recovery-used"
NOT_ON = "Uw tweede factor staat niet aan."


class _CodedAct(ProvenAct[TotpDevice]):
    """An act for which a person says password and code: who has only one of the two changes nothing."""

    def _prove(self, request: HttpRequest, user: User, document: Mapping[str, Any], typed: bool) -> None:
        super()._prove(request, user, document, typed)
        if user.second_factor_at is None:
            raise conflict("not_on", NOT_ON)
        if not try_code(request, user, str(document.get("code"))):
            raise Refused([Problem(("code",), "invalid", WRONG_CODE)])


@partial(
    ProvenAct[TotpDevice],
    ActDeclaration(
        verb="second_factor.begin",
        title="Koppel een app voor uw tweede factor",
        who=WHO,
        reads=BEGIN,
        person="Dit",
    ),
)
def begin(doing: Doing[User]) -> Done[TotpDevice]:
    """The app to come, with a new secret; nothing is asked before its first code was right."""
    if doing.target.second_factor_at is not None:
        raise conflict("already_on", "Uw tweede factor staat al aan. Zet die eerst uit.")
    TotpDevice.objects.filter(user=doing.target).delete()
    secret = codes.new_secret()
    key_id, sealed = vault.seal_secret(secret.encode("ascii"), _context(doing.target))
    device = TotpDevice.objects.create(user=doing.target, key_id=key_id, sealed_secret=sealed, made_at=doing.now)
    return Done(device)


@partial(
    PersonAct[TotpDevice],
    ActDeclaration(
        verb="second_factor.confirm", title="Zet uw tweede factor aan", who=WHO, reads=CONFIRM, person="Dit"
    ),
)
def confirm(doing: Doing[User]) -> Done[TotpDevice]:
    """The app, which is asked from now on, with its recovery codes; sessions elsewhere end."""
    device = TotpDevice.objects.select_for_update().filter(user=doing.target).first()
    if device is None or device.confirmed_at is not None:
        raise conflict("not_begun", "Begin opnieuw: er wacht geen app om te koppelen.")
    doing.problems.refuse()
    code = codes.plain(doing.data["code"])
    step = codes.step_of(secret_of(device), code, doing.now, after=device.last_step)
    if step is None:
        detail = "Deze code klopt niet. Kijk of de tijd op uw telefoon goed staat, en vul de nieuwe code in."
        doing.problems.append(Problem(("code",), "invalid", detail))
        doing.problems.refuse()
    device.confirmed_at, device.last_step = doing.now, step or 0
    device.save(update_fields=["confirmed_at", "last_step"])
    _switch(doing.target, on=True)
    device.codes = _new_codes(doing.target)
    return Done(device)


@partial(
    _CodedAct,
    ActDeclaration(verb="second_factor.off", title="Zet uw tweede factor uit", who=WHO, reads=PROOF, person="Dit"),
)
def switch_off(doing: Doing[User]) -> Done[TotpDevice]:
    """The app, which is asked no more. Raises Refused where a role of this person requires it."""
    if access.actor_of_user(doing.target).requires_second_factor:
        raise conflict(
            "required", "Uw organisatie vraagt een tweede factor voor uw rol. U kunt die niet uitzetten."
        )
    device = TotpDevice.objects.get(user=doing.target)
    _remove(doing.target)
    return Done(device)


@partial(
    _CodedAct,
    ActDeclaration(
        verb="second_factor.codes", title="Maak nieuwe herstelcodes", who=WHO, reads=PROOF, person="Dit"
    ),
)
def renew_codes(doing: Doing[User]) -> Done[TotpDevice]:
    """The app, with new recovery codes; those of before work no more."""
    device = TotpDevice.objects.get(user=doing.target)
    device.codes = _new_codes(doing.target)
    return Done(device)


@by_command(
    ActDeclaration(
        verb="second_factor.reset",
        title="Zet de tweede factor van iemand uit",
        commands=("reset_second_factor",),
        who="organisation-administrator, of who works nowhere else",
    )
)
@transaction.atomic
def reset(actor: Actor, *, user: User, reason: str) -> User:
    """The person, whose second factor is off and whose sessions ended; where it is required it is set up anew.

    Whoever does this sees nothing of it. Raises Refused: forbidden, no reason, nothing to switch off.
    """
    taking_back.may_stop(actor, user)
    taking_back.require_reason(reason)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.second_factor_at is None:
        raise conflict("not_on", "De tweede factor van deze persoon staat niet aan.")
    _remove(user)
    telling.warn("second-factor-reset", user, reason=reason)
    taking_back.note(actor, "second_factor.reset", user, reason=reason)
    return user


def try_code(request: HttpRequest, user: User, typed: str) -> bool:
    """Whether this is a code of this person that was not used yet; from now on it is. Raises Refused: 429."""
    buckets = ((rate_limits.CODE, f"{user.pk} {address_of(request)}"), (rate_limits.CODE_ACCOUNT, str(user.pk)))
    for at, bucket in enumerate(buckets):
        if wait := rate_limits.wait_for(*bucket):
            for taken in buckets[:at]:
                rate_limits.give_back(*taken)
            signing_in.count_failed(user, refused=True)
            raise too_many(wait, TOO_MANY)
    if not _accept(user, codes.plain(typed)):
        signing_in.count_failed(user)
        return False
    for bucket in buckets:
        rate_limits.give_back(*bucket)
    return True


def pending(user: User) -> TotpDevice | None:
    """The app that this person is coupling, if any."""
    return TotpDevice.objects.filter(user=user, confirmed_at=None).first()


def secret_of(device: TotpDevice) -> str:
    """The secret of this app; only its own person is shown it, while coupling. Raises Unopenable."""
    opened = vault.open_secret(device.key_id, bytes(device.sealed_secret), _context(device.user))
    return opened.decode("ascii")


def codes_left(user: User) -> int:
    """How many recovery codes still work."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def _accept(user: User, code: str) -> bool:
    if codes.is_digits(code):
        return _accept_of_app(user, code)
    if not codes.is_recovery(code):
        return False
    unused = RecoveryCode.objects.filter(user=user, sha256=codes.hash_of(code), used_at=None)
    if not unused.update(used_at=clock.now()):
        return False
    taking_back.note(access.actor_of_user(user), RECOVERY_USED, user)
    return True


def _accept_of_app(user: User, code: str) -> bool:
    device = TotpDevice.objects.select_for_update(of=("self",)).select_related("user").filter(user=user).first()
    if device is None or device.confirmed_at is None:
        return False
    try:
        step = codes.step_of(secret_of(device), code, clock.now(), after=device.last_step)
    except vault.Unopenable:
        logger.exception("the secret of a second factor cannot be opened")
        raise busy(60, "Wij kunnen deze code nu niet nakijken. Gebruik een herstelcode.") from None
    if step is None:
        return False
    TotpDevice.objects.filter(pk=device.pk).update(last_step=step)
    return True


def _new_codes(user: User) -> tuple[str, ...]:
    RecoveryCode.objects.filter(user=user).delete()
    made = codes.new_recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, sha256=codes.hash_of(code)) for code in made)
    return made


def _remove(user: User) -> None:
    TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    _switch(user, on=False)


def _switch(user: User, *, on: bool) -> None:
    user.second_factor_at = clock.now() if on else None
    user.save(update_fields=["second_factor_at"])
    taking_back.end_sessions(user)


def _context(user: User) -> str:
    return f"totp {user.actor_key}"
