"""The records of a draft: the parts of each item read off the lines from its title to the next."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lprcorpus.build.manifest import ContributorEntry, RecordEntry, SourceEntry
from lprcorpus.draft.bylines import (
    contributors,
    interviewee,
    plain_case,
    signature,
    signing_body,
    title_person,
)
from lprcorpus.draft.item_parts import (
    find_note,
    find_source,
    quote,
    read_source,
    source_sentence,
    type_of,
)
from lprcorpus.draft.item_starts import ItemStart
from lprcorpus.draft.set_lines import LineRange, SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import Case, case_of, may_be_title, words_of
from lprcorpus.schema import ContributorRole, RecordType

_SLUG_WORDS, _SLUG_LENGTH = 8, 80
_TITLE_LINES = 5  # of a title, at most
_NAME_WORDS = 4  # of a periodical that a text is from
_NAMED_AGAIN = 4  # lines in which a headnote names it again


@dataclass(frozen=True)
class DraftedRecord:
    """One item as it is proposed."""

    entry: RecordEntry
    line: int  # the raw line of its title
    page_end: int  # the page of its last line
    words: int
    confidence: float  # how sure it is that an item begins here, from 0 to 1
    doubts: tuple[str, ...] = ()  # what a person should check

    def without_quotations(self) -> DraftedRecord:
        """Return the record with its title alone."""
        parts = dict.fromkeys(("byline", "note", "source", "section"))
        doubt = "its byline, note, source and section could not be quoted"
        entry = self.entry.model_copy(update=parts)
        return replace(self, entry=entry, doubts=(*self.doubts, doubt))


def slug(text: str, words: int = _SLUG_WORDS) -> str:
    """Return an id made of the first words of a text in any script; nothing if it has none.

    >>> slug("Mother's memoir, reveals ÄRGER")
    'mothers-memoir-reveals-arger'
    """
    bare = text.replace("'", "").replace("’", "")
    if not bare.isascii():
        bare = _in_latin_letters(bare)
    found = re.findall(r"[a-z0-9]+", bare.casefold())
    return "-".join(found[:words])[:_SLUG_LENGTH].strip("-")


def _in_latin_letters(text: str) -> str:
    try:
        from anyascii import anyascii
    except ImportError:  # the id is made of the page then
        return text
    return anyascii(text).replace("'", "")


class ItemReader:
    """Reads the items of a text, given where they begin."""

    def __init__(self, text: SetText, starts: Sequence[ItemStart]) -> None:
        self._text = text
        self._starts = starts
        self._ids: set[str] = set()
        self._titles = _places_of(text, {_squeezed(start.block.text) for start in starts})

    def records(self) -> Iterator[DraftedRecord]:
        """Yield the records, in order."""
        section: TitleBlock | None = None
        begins = []
        for start in self._starts:
            first = start.block if start.section in (None, section) else start.section
            begins.append(first.place)
            section = start.section
        for start, end in zip(self._starts, [*begins[1:], len(self._text.lines)], strict=True):
            yield self._record(start, end)

    def _record(self, start: ItemStart, end: int) -> DraftedRecord:
        text, block = self._text, start.block
        body = range(block.body, end)
        source_at = find_source(text, body)
        inner = range(body.start, source_at.start if source_at else body.stop)
        organisation = self._organisation(block, inner, source_at)
        if organisation:
            inner = range(inner.start + 1, inner.stop)
        note_at = find_note(text, inner)
        note = text.joined(*note_at) if note_at else ""
        section = start.section.text if start.section else None
        rest = range(note_at.end if note_at else inner.start, inner.stop)
        kind = type_of(text, block.text, section, note, rest)
        doubts: list[str] = []
        people = self._contributors(start, kind, organisation, inner, doubts)
        entry = RecordEntry(
            id=self._id(block, people),
            title=block.text,
            page=text.page_number(block.place),
            occurrence=self._occurrence(block),
            type=kind,
            section=section,
            byline=organisation or self._byline(block),
            note=quote(text, note_at) if note_at else None,
            source=self._source(source_at, note_at, organisation),
            contributors=people,
        )
        return DraftedRecord(
            entry=entry,
            line=text.lines[block.place].number,
            page_end=text.page_number(max(end - 1, block.place)),
            words=sum(len(line.text.split()) for line in text.lines[block.body : end]),
            confidence=start.confidence,
            doubts=tuple(doubts),
        )

    def _organisation(
        self, block: TitleBlock, body: range, source_at: LineRange | None
    ) -> str | None:
        """Return the line below a title that names where the text is from.

        Its headnote or its source line names that again.
        """
        place = block.body
        if block.names or place != block.end or place + 1 >= body.stop:
            return None
        line = self._text.lines[place]
        name = line.text
        is_short = may_be_title(name) and len(words_of(name)) <= _NAME_WORDS
        if not line.ends or not is_short or case_of(name) is Case.SENTENCE or name[-1] in ".?!:":
            return None
        said = self._text.joined(*source_at) if source_at else ""
        said += self._text.joined(place + 1, min(place + 1 + _NAMED_AGAIN, body.stop))
        return name if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) else None

    def _contributors(
        self,
        start: ItemStart,
        kind: RecordType,
        organisation: str | None,
        body: range,
        doubts: list[str],
    ) -> list[ContributorEntry]:
        """Return who has a part in an item: as byline, title, contents or signature say."""
        text, title = self._text, start.block.text
        role: ContributorRole = "speaker" if kind == "speech" else "author"
        names = start.block.names or title_person(title)
        asked = interviewee(title) if kind == "interview" else None
        if names is None and asked:
            return contributors(asked, "interviewee")
        if names is None and organisation:
            roles: tuple[ContributorRole, ...] = (role, "publisher")
            return [ContributorEntry(name=organisation, role=role) for role in roles]
        if names is None and start.entry and start.entry.author:
            names = start.entry.author
            doubts.append("only the contents list names the author")
        signed = signing_body(text, body) if kind == "press_release" else None
        if names is None and signed:
            return [ContributorEntry(name=plain_case(signed), role=role)]
        if names is None:
            names = signature(text, body)
            if names is None:
                return []
            doubts.append("the author is named at the end only")
        return contributors(names, role)

    def _byline(self, block: TitleBlock) -> str | None:
        """Return a byline as a manifest quotes it, where it is right below the title."""
        if (
            block.byline is None
            or block.byline.lines is None
            or block.byline.lines.start != block.end
        ):
            return None
        lines = self._text.lines[block.end - 1 : block.byline.lines.end]
        if lines[-1].index - lines[0].index != len(lines) - 1:
            return None  # something that is set aside is between
        return self._text.joined(*block.byline.lines)

    def _source(
        self, source_at: LineRange | None, note_at: LineRange | None, organisation: str | None
    ) -> SourceEntry | None:
        """Return an item's source: its source line, or the sentence of its headnote that says it."""
        text = self._text
        if source_at is not None:
            return read_source(quote(text, source_at), text.joined(*source_at))
        sentence = source_sentence(text.joined(*note_at)) if note_at else None
        if sentence is None or organisation is None or note_at is None:
            return None
        known = {"title": None, "container": organisation, "publisher": organisation}
        return read_source(quote(text, note_at, sentence), sentence).model_copy(update=known)

    def _occurrence(self, block: TitleBlock) -> int | None:
        """Return which place on its page a title is at, where it is at several."""
        page = self._text.lines[block.place].page
        places = self._titles[page, _squeezed(block.text)]
        return places.index(block.place) + 1 if len(places) > 1 else None

    def _id(self, block: TitleBlock, people: Sequence[ContributorEntry]) -> str:
        """Return an id that no record has yet: the title's words, then the author's, then a number."""
        base = slug(block.text) or f"page-{self._text.page_number(block.place)}"
        if base in self._ids and people and people[0].family:
            base = f"{base}-{slug(people[0].family)}".strip("-")
        wanted, number = base, 1
        while wanted in self._ids:
            number += 1
            wanted = f"{base}-{number}"
        self._ids.add(wanted)
        return wanted


def _squeezed(printed: str) -> str:
    return "".join(printed.split())


def _places_of(text: SetText, titles: set[str]) -> dict[tuple[int, str], list[int]]:
    """Return where each title (without its white space) is printed in whole lines, page by page."""
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    longest = max(map(len, titles), default=0)
    for place, line in enumerate(text.lines):
        printed = ""
        for following in text.lines[place : place + _TITLE_LINES]:
            printed += _squeezed(following.text)
            if len(printed) > longest:
                break
            if printed in titles:
                places[line.page, printed].append(place)
    return places
