"""Who gets which answer, cell by cell: every address, every operation of the API, every socket, for everybody.

An address that is in no table fails test_every_address_is_in_a_table: whoever adds one says here who may use it.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLPattern, get_resolver

from playground import live, shares, submissions
from playground.api import api
from playground.models import Learner, Revision, Share, Submission
from playground.models.submission import Kind
from playground.routing import websockets
from tests.playground import make
from tests.playground.test_socket import Socket, as_guest, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

ROLES = ("visitor", "guest", "learner", "owner", "staff", "admin")
"""Nobody known; another guest; another account; whose it is; staff without a single right; a superuser."""
SECRET = "s3cr3t-of-the-owner"

TABLE = """
    GET  /                                                  200 200 200 200 200 200
    GET  lessons/                                           200 200 200 200 200 200
    GET  lessons/<slug:slug>/                               200 200 200 200 200 200
    POST lessons/<slug:slug>/read/                          302 302 302 302 302 302
    GET  challenges/                                        200 200 200 200 200 200
    GET  challenges/<slug:slug>/                            200 200 200 200 200 200
    POST challenges/<slug:slug>/hints/                      302 302 302 302 302 302
    POST challenges/<slug:slug>/give-up/                    302 302 302 302 302 302
    GET  levels/                                            200 200 200 200 200 200
    GET  levels/<slug:slug>/                                404 404 404 404 404 404
    GET  play/                                              200 200 200 200 200 200
    GET  submissions/<uuid:submission>/                     404 404 404 200 404 404
    GET  s/<slug:key>/                                      200 200 200 200 200 200
    POST s/<slug:key>/withdraw/                             404 404 404 302 404 404
    GET  profile/                                           200 200 200 200 200 200
    POST profile/                                           200 200 302 302 302 302
    GET  profile/delete/                                    302 302 200 200 200 200
    POST profile/delete/                                    302 302 200 200 200 200
    GET  leaderboard/                                       200 200 200 200 200 200
    GET  healthz                                            200 200 200 200 200 200
    GET  readyz                                             200 200 200 200 200 200

    GET  api/                                               404 404 404 404 404 404
    POST api/submissions                                    201 201 201 201 201 201
    POST api/shares                                         201 201 201 201 201 201
    GET  api/submissions/<uuidstr:submission>               404 404 404 200 404 404
    POST api/submissions/<uuidstr:submission>/stop          404 404 404 200 404 404
    POST api/moves                                          400 400 400 400 400 400
    POST api/levels/<slug>                                  404 404 404 404 404 404
    GET  api/challenges/<slug>/help                         200 200 200 200 200 200
    POST api/challenges/<slug>/hints/<int:number>           200 200 200 200 200 200
    POST api/challenges/<slug>/give-up                      200 200 200 200 200 200

    GET  accounts/login/                                    200 200 302 302 302 302
    GET  accounts/signup/                                   200 200 302 302 302 302
    POST accounts/logout/                                   302 302 302 302 302 302
    GET  accounts/inactive/                                 200 200 200 200 200 200
    GET  accounts/reauthenticate/                           302 302 200 200 200 200
    GET  accounts/email/                                    302 302 200 200 200 200
    GET  accounts/confirm-email/                            200 200 200 200 200 200
    GET  accounts/^confirm-email/(?P<key>[-:\\w]+)/$        200 200 200 200 200 200
    GET  accounts/password/change/                          302 302 200 200 200 200
    POST accounts/password/change/                          302 302 200 200 200 200
    GET  accounts/password/set/                             302 302 302 302 302 302
    GET  accounts/password/reset/                           200 200 200 200 200 200
    GET  accounts/password/reset/done/                      200 200 200 200 200 200
    GET  accounts/password/reset/key/done/                  200 200 200 200 200 200
    GET  accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$  200 200 200 200 200 200
    GET  accounts/login/code/confirm/                       302 302 302 302 302 302

    GET  admin/login/                                       302 302 403 403 302 302
    POST admin/login/                                       302 302 403 403 200 200
    GET  admin/                                             302 302 302 302 200 200
    POST admin/logout/                                      302 302 302 302 302 302
    GET  admin/password_change/                             302 302 302 302 200 200
    GET  admin/password_change/done/                        302 302 302 302 200 200
    GET  admin/autocomplete/                                302 302 302 302 403 403
    GET  admin/jsi18n/                                      302 302 302 302 200 200
    GET  admin/r/<path:content_type_id>/<path:object_id>/   302 302 302 302 404 404
    GET  admin/^(?P<app_label>auth|account|playground)/$    302 302 302 302 404 200
    GET  admin/(?P<url>.*)$                                 302 302 302 302 404 404
    GET  admin/playground/challenge/revisions/<int:revision>/  302 302 302 302 403 200
    POST admin/playground/challenge/revisions/<int:revision>/  302 302 302 302 403 302
    GET  admin/auth/user/<id>/password/                     302 302 302 302 403 200
"""
# Django's pages for each model: the list, add, change, delete and history, as a superuser gets them.
MODELS = """
    auth/group              200 200 200 200 200
    auth/user               200 200 200 200 200
    account/emailaddress    200 200 200 200 200
    playground/challenge    200 200 200 403 200
    playground/lesson       200 200 200 200 200
    playground/submission   200 403 200 200 200
"""
SOCKETS = {"ws/submissions/<uuid:submission>/": (4404, 4404, 4404, 1000, 4404, 4404)}
"""The code with which each role's socket is closed; what has no address here is refused, see test_socket.py."""
OPEN_SOCKETS = {"ws/leaderboard/": [{"type": "board"}]}
"""What everybody is told, and never anything else."""
BODIES: dict[str, Any] = {
    "POST api/submissions": {"kind": "run", "source": "x = 1\n"},
    "POST api/shares": {"source": "x = 1\n"},
    "POST api/levels/<slug>": {"schedule": ""},
    "POST api/moves": {"source": "x = 1\n", "schedule": "nonsense"},
    "POST challenges/<slug:slug>/hints/": {"number": "1"},
    "POST profile/": {"name": "", "listed": "on"},
    "POST profile/delete/": {"password": "wrong"},
    "POST accounts/password/change/": {"oldpassword": "wrong", "password1": "x", "password2": "x"},
}


Row = tuple[str, str, tuple[int, ...]]
"""Method, route, and the status for each role."""


def _rows() -> Iterator[Row]:
    for line in filter(None, map(str.strip, TABLE.splitlines())):
        method, route, *cells = line.split()
        yield method, "" if route == "/" else route, tuple(map(int, cells))
    for line in filter(None, map(str.strip, MODELS.splitlines())):
        model, *cells = line.split()
        for page, cell in zip(("", "add/", "ID/change/", "ID/delete/", "ID/history/"), cells, strict=True):
            route = f"admin/{model}/{page}".replace("ID", "<path:object_id>")
            yield "GET", route, (302, 302, 302, 302, 403, int(cell))
        # The address of old, which leads to change/ and says nothing.
        yield "GET", f"admin/{model}/<path:object_id>/", (302, 302, 302, 302, 302, 302)


ROWS = list(_rows())
OF_SOMEBODY = [row for row in ROWS if "submission>" in row[1] or "key>/withdraw" in row[1]]


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def test_every_address_is_in_a_table() -> None:
    assert set(routes(get_resolver().url_patterns)) == {route for _, route, _ in ROWS}


def test_every_operation_of_the_api_is_in_a_table() -> None:
    operations = {
        (method, f"api/{prefix}{path}".replace("{", "<").replace("}", ">"))
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    assert operations
    assert operations <= {(method, route) for method, route, _ in ROWS}


def test_every_socket_is_in_a_table() -> None:
    assert [str(socket.pattern) for socket in websockets] == [*SOCKETS, *OPEN_SOCKETS, ""]


class World:
    """Everybody, and what is the owner's: an account's or a guest's."""

    def __init__(self, revision: Revision, *, guest: bool = False) -> None:
        self.revision = revision
        self.owner = make.learner("" if guest else "owner")
        secret: dict[str, Any] = {
            "output": [make.piece(SECRET)],
            "message": SECRET,
            "tests": [make.result(0, detail=SECRET)],
        }
        self.row = make.graded(self.owner, revision, **secret)
        self.open = submissions.submit(self.owner, Kind.RUN, f"# {SECRET}\n", stdin=SECRET)
        self.share = shares.share(self.owner, "x = 2\n")
        staff = User.objects.create_user("staff", password=make.PASSWORD, is_staff=True)
        admin = User.objects.create_superuser("admin", password=make.PASSWORD)
        self.browsers = {
            "visitor": Client(),
            "guest": as_guest(make.learner()),
            "learner": signed_in(make.learner("eve")),
            "owner": (as_guest if guest else signed_in)(self.owner),
            "staff": signed_in(Learner.objects.create(user=staff)),
            "admin": signed_in(Learner.objects.create(user=admin)),
        }

    def path(self, route: str) -> str:
        """The address, with the owner's ids in it."""
        owner = self.owner.user_id or User.objects.get(username="admin").pk
        models = {
            "auth/user": owner,
            "auth/group": Group.objects.get_or_create(name="class")[0].pk,
            "account/emailaddress": EmailAddress.objects.get_or_create(user_id=owner, email="owner@example.org")[0].pk,
            "playground/challenge": self.revision.challenge_id,
            "playground/lesson": self.revision.challenge.lesson_id,
            "playground/submission": self.row.pk,
        }
        key = next((model for model in models if model in route), "auth/user")
        parts = {
            "<path:content_type_id>": 1,
            "<path:object_id>": models[key],
            "<id>": owner,
            "<int:revision>": self.revision.pk,
            "<int:number>": 1,
            "<slug:slug>": "threads" if route.startswith("lessons") else self.revision.challenge.slug,
            "<slug>": self.revision.challenge.slug,
            "<slug:key>": self.share.key,
            "<uuid:submission>": self.open.id,
            "<uuidstr:submission>": self.open.id,
            "^confirm-email/(?P<key>[-:\\w]+)/$": "confirm-email/guessed/",
            "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": f"password/reset/key/{owner}-guessed/",
            "^(?P<app_label>auth|account|playground)/$": "playground/",
            "(?P<url>.*)$": "nothing",
        }
        for name, value in parts.items():
            route = route.replace(name, str(value))
        return f"/{route}"

    def owned(self) -> Any:
        """All that is the owner's, to see that it stays."""
        return [list(rows.objects.filter(learner=self.owner).order_by("pk").values()) for rows in (Submission, Share)]


def ask(browser: Client, method: str, route: str, path: str) -> Any:
    body = BODIES.get(f"{method} {route}")
    if method == "GET":
        return browser.get(path)
    if route.startswith("api/"):
        return browser.post(path, body, "application/json")
    return browser.post(path, body)


def check(world: World, rows: Iterable[Row]) -> None:
    found, expected = {}, {}
    for method, route, cells in rows:
        path, before = world.path(route), world.owned()
        # The owner last: what others try, they try on what is as it was.
        for role, cell in sorted(zip(ROLES, cells, strict=True), key=lambda pair: pair[0] == "owner"):
            answer = ask(world.browsers[role], method, route, path)
            found[method, route, role], expected[method, route, role] = answer.status_code, cell
            if role != "owner":
                assert world.owned() == before, (method, route, role)
            if role not in ("owner", "admin"):
                assert SECRET.encode() not in answer.content, (method, route, role)
    assert found == expected


def areas(method: str) -> dict[str, list[Row]]:
    """What is only read is asked for in one go; what changes something begins with everything as it was."""
    found: dict[str, list[Row]] = {}
    for row in ROWS:
        area = row[1].split("/")[0] if method == "GET" else row[1]
        if row[0] == method:
            found.setdefault(area if area in ("api", "accounts", "admin") or method != "GET" else "pages", []).append(
                row
            )
    return found


@pytest.mark.parametrize("rows", areas("GET").values(), ids=areas("GET").keys())
def test_who_may_read(revision: Revision, rows: list[Row]) -> None:
    check(World(revision), rows)


@pytest.mark.parametrize("rows", areas("POST").values(), ids=areas("POST").keys())
def test_who_may_act(revision: Revision, rows: list[Row]) -> None:
    check(World(revision), rows)


@pytest.mark.parametrize("row", OF_SOMEBODY, ids=[f"{method} {route}" for method, route, _ in OF_SOMEBODY])
def test_what_is_a_guests_is_nobody_elses(revision: Revision, row: Row) -> None:
    check(World(revision, guest=True), [row])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guest", [False, True], ids=["an account's", "a guest's"])
async def test_sockets(guest: bool) -> None:
    world = await asyncio.to_thread(lambda: World(make.revision("counter"), guest=guest))
    for route, codes in SOCKETS.items():
        found = {}
        for role in ROLES:
            socket = await Socket(world.row.id, world.browsers[role]).open()
            messages, found[role] = await socket.messages()
            assert (SECRET in json.dumps(messages)) == (role == "owner"), route
        assert found == dict(zip(ROLES, codes, strict=True))
    for route, told in OPEN_SOCKETS.items():
        for role in ROLES:
            socket = await Socket(None, world.browsers[role], path=f"/{route}").open()
            assert (await socket.message())["events"] == told, (route, role)
            await socket.leave()
    await live.reader()._redis.aclose()
