"""The records of a draft: the parts of each item read off the lines from its title to the next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lprcorpus.build.manifest import ContributorEntry, RecordEntry, SourceEntry
from lprcorpus.draft.bylines import (
    Person,
    interviewee,
    names_in,
    plain_case,
    signature,
    signing_body,
    title_person,
    written_words,
)
from lprcorpus.draft.item_parts import (
    LineRange,
    find_note,
    find_source,
    quote,
    read_source,
    source_sentence,
    type_of,
)
from lprcorpus.draft.item_starts import ItemStart
from lprcorpus.draft.set_lines import SetLines
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import Case, case_of, may_be_title, words_of
from lprcorpus.schema import ContributorRole, RecordType
from lprcorpus.text.lines import Offsets

__all__ = ["DraftedRecord", "ItemReader", "slug"]

_SLUG_WORDS, _SLUG_LENGTH = 8, 80
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

    def without(self, parts: set[str]) -> DraftedRecord:
        """Return the record without some of its parts."""
        if not parts:
            return self
        entry = self.entry.model_copy(update=dict.fromkeys(parts))
        doubt = f"its {' and '.join(sorted(parts))} could not be quoted"
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

    def __init__(self, lines: SetLines, starts: Sequence[ItemStart]) -> None:
        self._lines = lines
        self._starts = starts
        self._ids: Counter[str] = Counter()

    def records(self) -> Iterator[DraftedRecord]:
        """Yield the records, in order."""
        for index in range(len(self._starts)):
            yield self._record(index)

    def _record(self, index: int) -> DraftedRecord:
        lines, start = self._lines, self._starts[index]
        block = start.block
        body = range(block.body, self._end(index))
        source_at = find_source(lines, body)
        inner = range(body.start, source_at.start if source_at else body.stop)
        organisation = None if block.names else self._organisation(block, inner, source_at)
        if organisation:
            inner = range(inner.start + 1, inner.stop)
        note_at = find_note(lines, inner)
        note = lines.joined(*note_at) if note_at else ""
        section = start.section.text if start.section else None
        rest = range(note_at.end if note_at else inner.start, inner.stop)
        kind = type_of(lines, block.text, section, note, rest)
        doubts: list[str] = []
        contributors = self._contributors(start, kind, organisation, inner, doubts)
        page = lines.page_number(block.place)
        entry = RecordEntry(
            id=self._id(block, contributors, page),
            title=block.text,
            page=page,
            occurrence=self._occurrence(block),
            type=kind,
            section=section,
            byline=organisation or self._byline(block),
            note=quote(lines, note_at) if note_at else None,
            source=self._source(source_at, note_at, note, organisation),
            contributors=contributors,
        )
        return DraftedRecord(
            entry=entry,
            line=lines.number[block.place],
            page_end=lines.page_number(max(body.stop - 1, block.place)),
            words=sum(len(lines.text[place].split()) for place in body),
            confidence=start.confidence,
            doubts=tuple(doubts),
        )

    def _end(self, index: int) -> int:
        """Return one past the last line of an item: where the next begins, or its section does."""
        if index + 1 == len(self._starts):
            return len(self._lines)
        following = self._starts[index + 1]
        section = following.section
        if section is not None and section is not self._starts[index].section:
            return section.place
        return following.block.place

    def _organisation(self, block: TitleBlock, body: range, source: LineRange | None) -> str | None:
        """Return the line below a title that names where the text is from.

        Its headnote or its source line names that again.
        """
        place = block.body
        if place != block.end or place + 1 >= body.stop or not self._lines.ends[place]:
            return None
        name = self._lines.text[place]
        is_name = may_be_title(name) and len(words_of(name)) <= _NAME_WORDS
        if not is_name or case_of(name) is Case.SENTENCE or name[-1] in ".?!:":
            return None
        said = self._lines.joined(*source) if source else ""
        said += self._lines.joined(place + 1, min(place + 1 + _NAMED_AGAIN, body.stop))
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
        role: ContributorRole = "speaker" if kind == "speech" else "author"
        title = start.block.text
        names = start.block.names or title_person(title)
        if names is None and kind == "interview" and (asked := interviewee(title)):
            return [
                _contributor(person, "interviewee") for person in names_in(asked, self._written)
            ]
        if names is None and organisation:
            return [
                _contributor(Person(organisation), role),
                _contributor(Person(organisation), "publisher"),
            ]
        if names is None and start.entry and start.entry.author:
            names = start.entry.author
            doubts.append("only the contents list names the author")
        if (
            names is None
            and kind == "press_release"
            and (signed := signing_body(self._lines, body))
        ):
            return [_contributor(Person(plain_case(signed, self._written)), role)]
        if names is None and (names := signature(self._lines, body)):
            doubts.append("the author is named at the end only")
        return (
            [_contributor(person, role) for person in names_in(names, self._written)]
            if names
            else []
        )

    @cached_property
    def _written(self) -> dict[str, str]:
        return dict(written_words(self._lines))

    def _byline(self, block: TitleBlock) -> str | None:
        """Return a byline as a manifest quotes it, where it is right below the title."""
        if block.byline is None or block.byline[0] != block.end:
            return None
        indices = self._lines.lines
        if indices[block.byline[1] - 1] - indices[block.end - 1] != block.byline[1] - block.end:
            return None  # something that is set aside is between
        return self._lines.joined(*block.byline)

    def _source(
        self,
        source_at: LineRange | None,
        note_at: LineRange | None,
        note: str,
        organisation: str | None,
    ) -> SourceEntry | None:
        """Return an item's source: its source line, or the sentence of its headnote that says it."""
        if source_at is not None:
            return read_source(quote(self._lines, source_at), self._lines.joined(*source_at))
        sentence = source_sentence(note)
        if sentence is None or organisation is None or note_at is None:
            return None
        before = len(note[: note.index(sentence)].split())
        quoted = quote(self._lines, note_at, before, before + len(sentence.split()))
        known = {"title": None, "container": organisation, "publisher": organisation}
        return read_source(quoted, sentence).model_copy(update=known)

    def _occurrence(self, block: TitleBlock) -> int | None:
        """Return which place on its page a title is at, where it is at several."""
        lines, paged = self._lines, self._lines.paged
        page = paged.pages[lines.page[block.place]]
        wanted = "".join(block.text.split())
        squeezed, offsets = self._squeezed
        low, high = offsets.searchsorted([page.start, page.end]).tolist()
        found = []
        at = squeezed.find(wanted, low, high)
        while at >= 0:
            first = int(paged.lines.first.searchsorted(offsets[at]))
            last = int(paged.lines.last.searchsorted(offsets[at + len(wanted) - 1] + 1))
            begins = first < len(paged.lines) and paged.lines.first[first] == offsets[at]
            ends = (
                last < len(paged.lines)
                and paged.lines.last[last] == offsets[at + len(wanted) - 1] + 1
            )
            if begins and ends and paged.is_set[first] and paged.is_set[last]:
                found.append(first)
            at = squeezed.find(wanted, at + len(wanted), high)
        own = lines.lines[block.place]
        return found.index(own) + 1 if len(found) > 1 and own in found else None

    @cached_property
    def _squeezed(self) -> tuple[str, Offsets]:
        return self._lines.paged.lines.squeezed()

    def _id(self, block: TitleBlock, contributors: Sequence[ContributorEntry], page: int) -> str:
        """Return an id that no record has yet: the title's words, then the author's, then a number."""
        base = slug(block.text) or f"page-{page}"
        if self._ids[base] and contributors and contributors[0].family:
            base = f"{base}-{slug(contributors[0].family)}".strip("-")
        wanted, number = base, 1
        while self._ids[wanted]:
            number += 1
            wanted = f"{base}-{number}"
        self._ids[wanted] += 1
        return wanted


def _contributor(person: Person, role: ContributorRole) -> ContributorEntry:
    return ContributorEntry(name=person.name, family=person.family, given=person.given, role=role)
