"""Widths of the standard faces."""

from __future__ import annotations

import sys

import pytest

from lprcorpus.errors import MissingLibrary
from lprcorpus.text.line_fit import FACES, advance_widths


def test_widths_are_those_of_adobes_metrics() -> None:
    """Times-Roman.afm: ``C 32 ; WX 250``, ``C 65 ; WX 722``, ``C 105 ; WX 278``, ``C 148`` (the closing quotes) ``WX 444``."""
    widths = advance_widths("Times-Roman")
    assert [int(widths[ord(character)]) for character in " Ai”"] == [250, 722, 278, 444]


def test_every_figure_is_as_wide_as_the_others_and_so_is_what_a_face_lacks() -> None:
    for face in FACES:
        widths = advance_widths(face)
        assert len({int(widths[ord(figure)]) for figure in "0123456789"}) == 1
        assert widths[ord("ж")] == widths[ord("0")]


def test_without_its_library_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "reportlab.pdfbase", None)
    with pytest.raises(MissingLibrary) as caught:
        advance_widths.__wrapped__("Times-Roman")
    assert (
        str(caught.value)
        == "telling a full line from a short one needs reportlab: pip install 'lprcorpus[build]'"
    )
