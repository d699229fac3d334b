"""With the GIL and without it: offered where a worker says so, and nowhere else."""

import pytest
from django.test import Client

from playground import interpreters
from playground.models import Submission
from playground.models.submission import Interpreter
from tests.playground.test_api import Browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


@pytest.mark.parametrize("path", ["/play/", "/"])
def test_a_page_offers_it_only_where_a_worker_has_it(client: Client, path: str) -> None:
    assert "data-freethreaded" not in client.get(path).content.decode()
    interpreters.offer_freethreaded()
    assert "data-freethreaded" in client.get(path).content.decode()


def test_a_run_without_the_gil_is_one_that_was_asked_for() -> None:
    interpreters.offer_freethreaded()
    browser = Browser()
    assert browser.submit().status_code == 201
    assert browser.submit(interpreter="freethreaded").status_code == 201
    asked = Submission.objects.order_by("created").values_list("interpreter", flat=True)
    assert list(asked) == [Interpreter.USUAL, Interpreter.FREETHREADED]


def test_what_is_no_interpreter_is_refused() -> None:
    assert Browser().submit(interpreter="nogil").status_code == 422
