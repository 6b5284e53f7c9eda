"""What tests share: a small cast, made by the same services as in real life."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.test import Client, TransactionTestCase, override_settings

from mvi_dashboard.ground import access, accounts, audit, triggers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Membership, Organisation, Role, Supplier, User

from .described import differences
from .product_types import product_types  # noqa: F401 (a fixture)
from .reference import (  # noqa: F401 (fixtures)
    _reference_once,
    _second_release_once,
    both_releases,
    in_order,
    reference,
)
from .standing import furnish, standing_first, standing_world, stands, take_down, world  # noqa: F401 (fixtures)

# How fast an example is drawn says something of the machine, not of the house.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

PASSWORD = "een lang wachtwoord 1"
_OWN_URLS = settings.ROOT_URLCONF
_DATABASE = {"db", "transactional_db", "django_db_setup"}
_numbers = itertools.count(1)
_KEY = settings.VAR_DIR / f"{settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}-test-database.key"


def pytest_configure(config: pytest.Config) -> None:
    """With --reuse-db the database of the last time is used, unless it was made of other migrations or data."""
    if config.option.reuse_db and not config.option.create_db and _made_of() != _key_of_last_time():
        config.option.create_db = True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remember of what the database that stays behind was made."""
    if session.config.option.reuse_db and not hasattr(session.config, "workerinput"):
        _KEY.write_text(_made_of(), encoding="ascii")


def _key_of_last_time() -> str:
    return _KEY.read_text(encoding="ascii") if _KEY.is_file() else ""


@cache
def _made_of() -> str:
    """A hash of every migration and of the reference data."""
    root = settings.BASE_DIR
    made = hashlib.sha256()
    for path in sorted([*root.glob("*/migrations/*.py"), *root.glob("*/*/migrations/*.py"), *_data_in(root)]):
        made.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return made.hexdigest()


def _data_in(root: Path) -> list[Path]:
    return [path for path in (root / "fixtures").rglob("*") if path.is_file()]


def pytest_addoption(parser: pytest.Parser) -> None:
    """--only-database: for a second run on another database, which need not do again what asks for none."""
    parser.addoption("--only-database", action="store_true", help="leave out the tests that use no database")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what gives the same answer on every database, and let tests follow each other as they can."""
    items[:] = in_order(standing_first(items))
    if not config.getoption("--only-database"):
        return
    left_out = [item for item in items if not _asks_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _asks_database(item)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Who does not start from the world of a module does not find one either."""
    if not stands(item):
        take_down()


def _asks_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("any_database") is not None:
        return False
    named = _DATABASE.intersection(getattr(item, "fixturenames", ()))
    return bool(named) or item.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True, scope="session")
def _guards_allow_cleaning() -> Iterator[None]:
    """Tests with `transaction=True` end by emptying all tables, which the guards refuse: suspend them there."""
    clean = TransactionTestCase._fixture_teardown

    def clean_without_guards(self: TransactionTestCase) -> None:
        with triggers.suspended():
            clean(self)

    # TestCase has a teardown of its own, which rolls back and so never gets here.
    TransactionTestCase._fixture_teardown = clean_without_guards
    yield
    TransactionTestCase._fixture_teardown = clean


@pytest.fixture(autouse=True, scope="session")
def _place_for_static_files() -> None:
    """WhiteNoise warns when nothing was collected yet, and a warning is an error here."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True, scope="session")
def _nobody_has_to_wait() -> Iterator[None]:
    """Tests ask more in a second than people in a day; those about limits set their own."""
    with override_settings(RATE_LIMITS="off"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _every_answer_is_as_described() -> Iterator[None]:
    """Whatever a test asks of the API, the answer must be as the published description says, and no more."""
    ask = Client.request

    def asked(self: Client, **request: Any) -> Any:
        answer = ask(self, **request)
        if settings.ROOT_URLCONF == _OWN_URLS:
            wrong = differences(answer.wsgi_request, answer)
            assert not wrong, f"{answer.wsgi_request.method} {answer.wsgi_request.path} answers {wrong[:5]}"
        return answer

    Client.request = asked  # type: ignore[method-assign]
    yield
    Client.request = ask  # type: ignore[method-assign]


@pytest.fixture
def new_organisation(db: None) -> Callable[..., Organisation]:
    """Makes an organisation; `code` and the rest as in the service."""

    def make(**fields: Any) -> Organisation:
        number = next(_numbers)
        return accounts.create_organisation(audit.SYSTEM, **{"code": f"gemeente-{number}", **fields})

    return make


@pytest.fixture
def new_supplier(db: None) -> Callable[..., Supplier]:
    """Makes a supplier; `code` and the rest as in the service."""

    def make(**fields: Any) -> Supplier:
        return accounts.create_supplier(audit.SYSTEM, **{"code": f"firma-{next(_numbers)}", **fields})

    return make


@pytest.fixture
def new_person(db: None) -> Callable[..., User]:
    """Makes a person with a role: `new_person(Role.AUDITOR, organisation)`."""

    def make(role: str, place: Organisation | Supplier | None = None, username: str = "") -> User:
        username = username or f"persoon-{next(_numbers)}"
        user = accounts.create_user(audit.SYSTEM, username=username, password=PASSWORD)
        where = {"supplier" if isinstance(place, Supplier) else "organisation": place} if place else {}
        accounts.add_membership(audit.SYSTEM, user=user, role=role, **where)
        return user

    return make


@pytest.fixture
def actor_as(new_person: Callable[..., User]) -> Callable[..., Actor]:
    """Makes an actor: `actor_as(Role.AUDITOR, organisation)`."""

    def make(role: str, place: Organisation | Supplier | None = None) -> Actor:
        return access.actor_of_user(new_person(role, place))

    return make


@pytest.fixture
def bearer(db: None) -> Callable[..., dict[str, str]]:
    """Makes the header of a token of a system: `bearer(role, place)`; with `user=` of a person."""

    def make(role: str, place: Organisation | Supplier | None = None, user: User | None = None) -> dict[str, str]:
        where = {"supplier" if isinstance(place, Supplier) else "organisation": place} if place else {}
        if user is not None and not Membership.objects.filter(user=user, role=role, **where).exists():
            accounts.add_membership(audit.SYSTEM, user=user, role=role, **where)
        _, text = accounts.create_api_token(audit.SYSTEM, role=role, user=user, **where)
        return {"Authorization": f"Bearer {text}"}

    return make


@pytest.fixture
def organisation(new_organisation: Callable[..., Organisation]) -> Organisation:
    """Voorbeeldstad."""
    return new_organisation(code="voorbeeldstad", name="Gemeente Voorbeeldstad")


@pytest.fixture
def other_organisation(new_organisation: Callable[..., Organisation]) -> Organisation:
    """Somebody else's organisation."""
    return new_organisation(code="waterschap-voorbeeld", name="Waterschap Voorbeeld")


@pytest.fixture
def supplier(new_supplier: Callable[..., Supplier]) -> Supplier:
    """Leverancier A."""
    return new_supplier(code="leverancier-a", name="Leverancier A")


@pytest.fixture
def other_supplier(new_supplier: Callable[..., Supplier]) -> Supplier:
    """Leverancier B."""
    return new_supplier(code="leverancier-b", name="Leverancier B")


@pytest.fixture
def officer(new_person: Callable[..., User], organisation: Organisation) -> User:
    """The first procurement officer of Voorbeeldstad."""
    return new_person(Role.PROCUREMENT_OFFICER, organisation, "inkoper-1")


@pytest.fixture
def second_officer(new_person: Callable[..., User], organisation: Organisation) -> User:
    """The second one: opening takes two persons."""
    return new_person(Role.PROCUREMENT_OFFICER, organisation, "inkoper-2")


@pytest.fixture
def officer_actor(officer: User) -> Actor:
    """The first officer, as services see them."""
    return access.actor_of_user(officer)


@pytest.fixture
def second_officer_actor(second_officer: User) -> Actor:
    """The second officer, as services see them."""
    return access.actor_of_user(second_officer)


@pytest.fixture
def contract_manager(new_person: Callable[..., User], organisation: Organisation) -> User:
    """The contract manager of Voorbeeldstad."""
    return new_person(Role.CONTRACT_MANAGER, organisation, "contractmanager-1")


@pytest.fixture
def contract_manager_actor(contract_manager: User) -> Actor:
    """The contract manager, as services see them."""
    return access.actor_of_user(contract_manager)


@pytest.fixture
def supplier_actor(new_person: Callable[..., User], supplier: Supplier) -> Actor:
    """Somebody of Leverancier A, as services see them."""
    return access.actor_of_user(new_person(Role.SUPPLIER, supplier, "leverancier-a-1"))


@pytest.fixture
def other_supplier_actor(new_person: Callable[..., User], other_supplier: Supplier) -> Actor:
    """Somebody of Leverancier B, as services see them."""
    return access.actor_of_user(new_person(Role.SUPPLIER, other_supplier, "leverancier-b-1"))
