"""The dictionary of names: built quickly, from what the registry knows, once for many documents."""

import time

from services.registry.document.names import KnownName, NameBook
from tests.registry.document.builders import the_book


def test_a_dictionary_of_a_thousand_agencies_is_built_at_once():
    known = tuple(
        KnownName(f"A-{n}", (f"Sở Nông nghiệp và Môi trường tỉnh Số {n}", f"Sở NN&MT {n}"), province=f"P{n % 63}")
        for n in range(1000)
    )

    started = time.process_time()
    NameBook(known)

    assert time.process_time() - started < 1


def test_reading_leaves_nothing_behind_in_the_dictionary():
    book = the_book()

    assert book.on(None, "P42").remembered is not book.on(None, "P42").remembered
