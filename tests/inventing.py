"""Issues that Hypothesis invents: a text set in one of many ways, and a manifest that fits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from lprcorpus.build.assembly import page_text
from lprcorpus.build.manifest import Manifest
from lprcorpus.errors import RawTextError

__all__ = ["ANY_TEXT", "LAID_OUT", "TYPES", "Invented", "invented_issues", "manifest_of"]

_WORDS = """The night whispers silence. of its darkness foot- prints well- known “Quoted.” 61 20 • * 1. 2. 夜は静か。 ค่ำ
http://a.example/b http://a.example/b/ c.html Page 7 â€¦ trotzÂ é \U0001f319 it's ? Q: A: BIRD: (Continued) — --""".split()  # noqa: SIM905 (a list of words reads best as words)
_ODDITIES = [
    "of foot-\nprints and footprints",
    "on the 61\n\nst\n night ",
    "the well-\nknown, well-known",
    "of foot- \f prints",
]
_ODD = [
    "\u00ad",
    "\u200b",
    "\u0007",
    "a\u00a0b",
    "c\u0085d",
    "e\u2028f",
    "g\u000bh",
    "i\tj",
    "\ufeff",
]
_WORD = st.sampled_from(_WORDS + _WORDS + _ODD)
_ALONE = st.sampled_from([["st"], ["th"], ["http://a.example/c"], ["12"], []])
_INDENT = st.sampled_from(["", "", "", "", " ", "    ", "\t", "\u00a0", "\u2003 "])
_TAIL = st.sampled_from(["", " ", "  ", "\r", " \r", "\r ", "\u00a0"])
_END = st.sampled_from(
    [
        "\n",
        "\n",
        "\n\n",
        "\n\n",
        "\n\n\n\n",
        "\n\f",
        "\f",
        "\f\f",
        "\r\n",
        "\n \n",
        "\n\f \n",
        "\n\r\n",
        "\u2029\n",
    ]
)
_LINE = st.builds(
    lambda indent, words, gap, tail: indent + gap.join(words) + tail,
    _INDENT,
    st.lists(_WORD, max_size=12) | _ALONE,
    st.sampled_from([" ", " ", "  "]),
    _TAIL,
)

LAID_OUT = st.lists(st.tuples(_LINE, _END), max_size=40).map(
    lambda lines: "".join(line + end for line, end in lines)
)
"""A text whose every line is set in its own way."""

ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
"""Any characters that a file may hold."""

TYPES = st.sampled_from(["speech", "article", "interview", "faq", "poem", "news", "press_release"])


def manifest_of(records: list[dict[str, Any]], **sections: dict[str, Any]) -> Manifest:
    """Return a manifest of some records; what of their keys is not given is made up."""
    issue = {
        "id": "made-1",
        "periodical": "Made",
        "year": 1900,
        "complete": True,
        "language": "en",
        "rights": "None reserved.",
    }
    entries = [
        {
            "id": f"item-{number}",
            "title": f"Title Number {number}!",
            "page": 1,
            "type": "article",
            **record,
        }
        for number, record in enumerate(records)
    ]
    return Manifest.model_validate(
        {"issue": {**issue, "sha256": "0" * 64}, "records": entries, **sections}
    )


@dataclass(frozen=True)
class Invented:
    """A text and the manifest that was made for it."""

    text: str
    manifest: Manifest


@dataclass(frozen=True)
class _House:
    """How a whole text is set: one house style, which its lines keep to but for a few."""

    tail: str
    between: str
    turn: str
    head: str | None
    foot: str | None

    def turned(self, number: int) -> str:
        """Return what stands between a page and the next, whose number is given."""
        head = f"{self.head.format(page=number)}\n\n" if self.head else ""
        foot = f"\n\n{self.foot.format(page=number - 1)}" if self.foot else ""
        return f"{foot}{self.turn}{head}"


_HOUSES = st.builds(
    _House,
    tail=st.sampled_from([" ", "", "\r", " \r"]),
    between=st.sampled_from(["\n", "\n\n"]),
    turn=st.sampled_from(["\n\f", "\f", "\n ", "\n\nhttp://a.example/d\n ", "\n\n\n"]),
    head=st.sampled_from([None, "The Night Review, {page}", "The Night Review \n{page}", "{page}"]),
    foot=st.sampled_from([None, None, "- {page} -", "Night {page}"]),
)


@st.composite
def invented_issues(draw: st.DrawFn) -> Invented:
    """Draw an issue in a house style: pages with or without heads, records with all their parts."""
    house = draw(_HOUSES)
    page = first = draw(st.integers(1, 40))
    text = draw(st.sampled_from(["", "", "\ufeff", " ", "\n\n", f"Front matter{house.tail}\n\n"]))
    records: list[dict[str, Any]] = []
    places: list[int] = []

    def line(words: str) -> str:
        return f"{words}{house.tail}{draw(st.just(house.between) | _END)}"

    def lines(most: int) -> str:
        drawn = draw(st.lists(st.lists(_WORD, max_size=9) | _ALONE, max_size=most))
        oddity = draw(st.sampled_from(["", "", *_ODDITIES]))
        return "".join(line(" ".join(words)) for words in drawn) + (line(oddity) if oddity else "")

    for number in range(draw(st.integers(1, 3))):
        record: dict[str, Any] = {"type": draw(TYPES)}
        if draw(st.booleans()):
            record["section"] = "SECTION"
            if not any("section" in before for before in records[-1:]):
                text += f"SECTION{house.tail}\n\n"
        places.append(len(text))
        text += f"Title Number {number}!{house.tail}\n\n"
        if draw(st.booleans()):
            record["byline"] = "By Nobody"
            text += f"By Nobody{house.tail}\n\n"
        if draw(st.booleans()):
            record["note"] = {"from": "NOTE:", "to": "noted."}
            text += f"{line('NOTE: The night')}{lines(4)}{line('whispers noted.')}\n\n"
        text += line("Body of it.")
        for _ in range(draw(st.integers(0, 3))):
            text += lines(12)
            page += 1
            text += house.turned(page)
        if draw(st.booleans()):
            record["edits"] = [
                {"find": "whsipers", "replace": draw(_WORD), "page": page, "reason": "misprinted"}
            ]
            text += line("It whsipers.")
        if draw(st.booleans()):
            record["source"] = {"from": "Source: the night", "to": "(1906)"}
            text += f"\n\n{line('Source: the night review')}{line('of songs (1906)')}\n\n"
        records.append(record)
    text += lines(3)
    heads = draw(st.sampled_from([None, [house.head] if house.head and page > first else []]))
    feet = [house.foot] if house.foot and page > first and draw(st.booleans()) else []
    pagination: dict[str, Any] = {"running_feet": feet}
    pagination |= {
        "first": first,
        "space_marks": draw(st.sampled_from([None, True, False])),
        "running_heads": heads,
    }
    setting = {
        "paragraphs": draw(st.sampled_from([None, None, "line fit", "blank lines"])),
        "hyphens": draw(st.sampled_from([None, None, "soft", "hard"])),
    }
    sections: dict[str, Any] = {"pagination": pagination, "setting": setting}
    try:
        paged = page_text(text, manifest_of(records, **sections))
    except RawTextError:  # numbers that contradict each other: it will be refused
        return Invented(text, manifest_of(records, **sections))
    for record, place in zip(records, places, strict=True):
        record["page"] = paged.page_at(place).number
        for edit in record.get("edits", ()):
            found = text.find("whsipers", place)
            edit["page"] = paged.page_at(found).number
    return Invented(text, manifest_of(records, **sections))
