"""The records of a draft: the parts of each item read off the lines from its title to the next."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from lprcorpus.build.locating import QuotationFinder
from lprcorpus.build.manifest import ContributorEntry, RecordEntry, SourceEntry
from lprcorpus.draft.bylines import contributors, named_in_title, signature
from lprcorpus.draft.item_parts import (
    find_note,
    find_source,
    quote,
    read_source,
    source_sentence,
    type_of,
)
from lprcorpus.draft.masthead import UNKNOWN_LANGUAGE, find_language
from lprcorpus.draft.set_lines import SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import may_be_title, pattern, words_of
from lprcorpus.schema import ContributorRole, RecordType

_SLUG_WORDS = 8
_SLUG_LENGTH = 80
_NAME_WORDS = 4  # of a periodical that a text is from
_LONG_ENOUGH = 600  # characters of an item whose language shows
_NAMED_AGAIN = 4  # lines in which a headnote names it again


@dataclass(frozen=True)
class DraftedRecord:
    """One item as it is proposed."""

    entry: RecordEntry
    line: int  # the raw line of its title
    page_end: int  # the page of its last line
    words: int
    confidence: float  # how sure it is that an item begins here, from 0 to 1
    doubts: tuple[str, ...]  # what a person should check

    def without_quotations(self) -> DraftedRecord:
        """Return the record with its title alone."""
        parts = dict.fromkeys(("byline", "note", "source", "section", "until"))
        doubt = "its byline, note, source and section could not be quoted"
        entry = self.entry.model_copy(update=parts)
        return replace(self, entry=entry, doubts=(*self.doubts, doubt))


def slug(text: str, words: int = _SLUG_WORDS) -> str:
    """Return an id made of the first words of a text in any script; nothing if it has none.

    >>> slug("Mother's memoir, reveals ÄRGER")
    'mothers-memoir-reveals-arger'
    """
    bare = text.replace("’", "'")
    with suppress(ImportError):  # without it, the id is made of the page
        from anyascii import anyascii

        bare = anyascii(bare)
    found = re.findall(r"[a-z0-9]+", bare.replace("'", "").casefold())
    return "-".join(found[:words])[:_SLUG_LENGTH].strip("-")


class ItemReader:
    """Reads the items of a text, given where they begin."""

    def __init__(self, text: SetText, starts: Sequence[TitleBlock], language: str) -> None:
        self._text = text
        self._language = language  # of most of the issue
        self._starts = starts
        self._titles = {start.place for start in starts}  # and of sections
        self._titles |= {start.section.place for start in starts if start.section}
        self._finder = QuotationFinder(text.paged)
        self._ids: set[str] = set()

    def records(self) -> Iterator[DraftedRecord]:
        """Yield the records, in order."""
        # One ends where a title is, the heading of a section, or an author named above a title.
        ends = {*self._titles, len(self._text.lines)}
        ends.update(start.begin for start in self._starts)
        ordered = sorted(ends)
        for start in self._starts:
            end = ordered[bisect_right(ordered, start.place)]
            yield self._record(start, range(start.body, end))

    def _record(self, block: TitleBlock, item: range) -> DraftedRecord:
        text = self._text
        section = block.section.text if block.section else None
        source_at = find_source(text, item)
        body = range(item.start, source_at.start)
        organisation = self._organisation(block, body, source_at)
        if organisation:
            body = body[1:]
        note_at = find_note(text, body)
        note = text.joined(note_at)
        kind = type_of(text, block.text, section, note, range(note_at.stop, body.stop))
        people, doubts = self._contributors(block, kind, organisation, body)
        source = self._source(text.joined(source_at), note, organisation)
        entry = RecordEntry(
            id=self._id(block),
            title=block.text,
            page=text.page_number(block.place),
            occurrence=self._occurrence(block),
            type=kind,
            section=section,
            byline=organisation or self._byline(block),
            note=quote(note) if note else None,
            source=source,
            until=self._last_words(item),
            language=self._other_language(item),
            contributors=people,
        )
        return DraftedRecord(
            entry=entry,
            line=block.line.number,
            page_end=text.page_number(max(item.stop - 1, block.place)),
            words=len(text.joined(item).split()),
            confidence=block.confidence,
            doubts=doubts,
        )

    def _organisation(self, block: TitleBlock, body: range, source_at: range) -> str | None:
        """Return the line below a title that names where the text is from.

        Its headnote or its source line names that again.
        """
        if block.byline.names or len(body) < 2:
            return None
        line = self._text.lines[body.start]
        if not line.ends or not may_be_title(line.text) or len(words_of(line.text)) > _NAME_WORDS:
            return None
        said = self._text.joined(body[1:][:_NAMED_AGAIN]) + self._text.joined(source_at)
        is_named_again = re.search(rf"(?<!\w){re.escape(line.text)}(?!\w)", said)
        return line.text if is_named_again else None

    def _contributors(
        self, block: TitleBlock, kind: RecordType, organisation: str | None, body: range
    ) -> tuple[list[ContributorEntry], tuple[str, ...]]:
        """Return who has a part in an item, and what is doubtful about it.

        Byline and title say it, else the contents list or a signature at the end.
        """
        role: ContributorRole = "speaker" if kind == "speech" else "author"
        if block.byline.names:
            return contributors(block.byline.names, role), ()
        person = named_in_title(block.text)
        if person:
            return contributors(person, "interviewee" if kind == "interview" else role), ()
        if organisation:
            author = ContributorEntry(name=organisation, role=role)
            return [author, author.model_copy(update={"role": "publisher"})], ()
        if block.entry and block.entry.author:
            doubt = "only the contents list names the author"
            return contributors(block.entry.author, role), (doubt,)
        names = signature(self._text, body)
        if names is None or pattern("letters").search(block.text):  # each of which is signed
            return [], ()
        return contributors(names, role), ("the author is named at the end only",)

    def _byline(self, block: TitleBlock) -> str | None:
        """Return a byline as a manifest quotes it, where it is right below the title."""
        lines = block.byline.lines
        if not lines or lines.start != block.end or self._text.lines[block.end].after_rule:
            return None
        return self._text.joined(lines)

    def _source(self, stated: str, note: str, organisation: str | None) -> SourceEntry | None:
        """Return an item's source: its source line, or the sentence of its headnote on it."""
        if stated:
            return read_source(quote(stated), stated)
        sentence = source_sentence(note)
        if sentence is None or organisation is None:
            return None
        known = {"title": None, "container": organisation, "publisher": organisation}
        return read_source(quote(sentence), sentence).model_copy(update=known)

    def _last_words(self, item: range) -> str | None:
        """Return what an item ends with, where more is behind it before the next one's title."""
        is_last = item.stop == len(self._text.lines) and not self._text.is_cut
        if not item or is_last or item.stop in self._titles:
            return None
        quoted = quote(self._text.joined(item))
        return quoted.last or quoted.first

    def _other_language(self, item: range) -> str | None:
        """Return the language of an item that is clearly in another one than most of the issue."""
        if len(self._text.joined(item)) < _LONG_ENOUGH:
            return None
        language = find_language(self._text.lines[item.start : item.stop])
        return None if self._language in (UNKNOWN_LANGUAGE, language) else language

    def _occurrence(self, block: TitleBlock) -> int | None:
        """Return which place on its page a title is at, where a build would find it at several."""
        page = self._text.paged.page_numbered(self._text.page_number(block.place))
        if page is None:
            return None
        found = self._finder.whole_lines(block.text, page.start, page.end)
        lines = [passage.raw_line for passage in found]
        if len(lines) < 2 or block.line.number not in lines:
            return None
        return lines.index(block.line.number) + 1

    def _id(self, block: TitleBlock) -> str:
        """Return an id that no record has yet: the title's words or its page, then a number."""
        base = slug(block.text) or f"page-{self._text.page_number(block.place)}"
        wanted, number = base, 1
        while wanted in self._ids:
            number += 1
            wanted = f"{base}-{number}"
        self._ids.add(wanted)
        return wanted
