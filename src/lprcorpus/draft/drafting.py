"""A draft of an issue's manifest, made from nothing but its text: pages, items and their parts, by layout and wording.

The stages, in order: find the pages; look at the set lines; read the contents list, where there is one; find the places where
an item may begin; choose those where one does; read the parts of each item; read the masthead. What is not sure is marked, for
a person to check.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lprcorpus.draft.bylines import Person, names_in, plain_case
from lprcorpus.draft.contents_list import Contents, find_contents
from lprcorpus.draft.draft_sources import read_source, source_sentence
from lprcorpus.draft.kinds import kind_of
from lprcorpus.draft.masthead import read_masthead
from lprcorpus.draft.parts import Quoted, find_note, find_source
from lprcorpus.draft.persons import interviewee, signature, signing_body, title_person
from lprcorpus.draft.prints import Prints, see
from lprcorpus.draft.proposal import Contributor, IssueProposal, Proposal, RecordProposal, SourceProposal
from lprcorpus.draft.starts import Start, choose_starts
from lprcorpus.draft.title_blocks import Head, find_heads
from lprcorpus.draft.wording import Case, case_of, may_be_title, words_of
from lprcorpus.errors import RawTextError
from lprcorpus.text.lines import split_lines
from lprcorpus.text.pages import Paged, Pagination, find_pages

__all__ = ["draft"]

Progress = Callable[[int, int], None]
_SLUG_WORDS, _QUOTED_WORDS = 8, 8
_STAGES, _NAME_WORDS = 4, 4


def draft(text: str, name: str, progress: Progress | None = None) -> Proposal:
    """Draft the manifest of an issue from its text.

    Args:
        text: the raw text.
        name: the name of its file.
        progress: is told how many of how many bytes are done, from stage to stage.

    Raises:
        RawTextError: the text is none, or has too few lines to hold an item.
    """
    size = len(text)
    progress = progress or _silent
    paged = find_pages(split_lines(text), Pagination())
    pagination = paged.pagination
    heads = pagination.running_heads or ()
    progress(size // _STAGES, size)
    prints = see(paged)
    if sum(not rule for rule in prints.rule) < 2:
        raise RawTextError(
            name, f"holds {len(prints)} printed {'line' if len(prints) == 1 else 'lines'}; expected a title and a text under it"
        )
    contents = find_contents(prints)
    found = find_heads(prints)
    progress(2 * size // _STAGES, size)
    starts = choose_starts(prints, found, contents)
    remarks = list(_remarks(prints, contents, starts))
    if not starts:
        starts = [_whole(prints)]
        remarks.append("CHECK: nothing in the text looks like the beginning of an item; all of it is drafted as one.")
    progress(3 * size // _STAGES, size)
    records = _Records(prints, starts).all()
    masthead = read_masthead(prints, [*heads, *pagination.running_feet], starts[0].head.place)
    stem = Path(name).stem
    issue_id = _slug(stem, 20) or "issue"
    issue = IssueProposal(
        id=issue_id,
        periodical=masthead.periodical,
        volume=masthead.volume,
        number=masthead.number,
        year=masthead.year,
        language=masthead.language,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        text=None,
    )
    if issue_id != stem:
        remarks.append(
            f"CHECK: the name {Path(name).name!r} makes no id; call the text {issue_id}.txt and this manifest {issue_id}.toml."
        )
    progress(size, size)
    return Proposal(
        issue=issue,
        first=paged.pages[0].number,
        running_heads=heads,
        running_feet=pagination.running_feet,
        inline_marks=pagination.inline_marks,
        space_marks="space marks" in " ".join(paged.marks),
        pages=_page_lines(paged),
        pages_printed=sum(page.printed for page in paged.pages),
        marks=paged.marks,
        records=tuple(records),
        remarks=tuple(remarks),
    )


def _silent(done: int, total: int) -> None:
    """Report no progress."""


def _page_lines(paged: Paged) -> tuple[tuple[int, int], ...]:
    """Return the number and the first raw line of each page."""
    found, line, at = [], 1, 0
    for page in paged.pages:
        line += paged.lines.text.count("\n", at, page.start)
        at = page.start
        found.append((page.number, line))
    return tuple(found)


def _whole(prints: Prints) -> Start:
    """Return a start at the first words of the text, for a text in which nothing looks like one."""
    place = next(place for place, rule in enumerate(prints.rule) if not rule)
    text = prints.text[place]
    head = Head(place, place + 1, text, text, None, None, False, False, case_of(text), 0, False, False, False, False, place + 1)  # noqa: FBT003 (all its flags are off)
    return Start(head, None, None, 0.1)


def _remarks(prints: Prints, contents: Contents | None, starts: Sequence[Start]) -> Iterator[str]:
    """Say how the contents list and the body agree."""
    if contents is None:
        yield "The text has no contents list that could be read."
        return
    named = {start.entry.place for start in starts if start.entry}
    missing = [entry for entry in contents.entries if entry.place not in named]
    line = prints.number[contents.start]
    count = len(contents.entries)
    yield f"Contents list at raw line {line}: {count} entries, {count - len(missing)} of them found in the body."
    for entry in missing[:50]:
        page = f", page {entry.page}" if entry.page is not None else ""
        yield f"CHECK: listed in the contents, not found in the body: {entry.title[:100]}{page}"
    for start in starts:
        if start.entry is None:
            yield f"Not in the contents list: {start.head.text[:100]} (raw line {prints.number[start.head.place]})"


def _slug(text: str, words: int = _SLUG_WORDS) -> str:
    """Return a slug made of the first words of a text."""
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", "")).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:words])[:80].strip("-")


class _Records:
    """Makes the records of a draft, one for each start."""

    def __init__(self, prints: Prints, starts: Sequence[Start]) -> None:
        self.prints = prints
        self.starts = starts
        self.written = _written_words(prints)
        self.numbers = [page.number for page in prints.paged.pages]
        self.squeezed: dict[str, list[int]] = defaultdict(list)
        for index in range(len(prints.paged.lines)):
            if prints.paged.is_set[index]:
                self.squeezed[_squeeze(prints.paged.lines.printed(index))].append(index)
        self.ids: Counter[str] = Counter()

    def all(self) -> list[RecordProposal]:
        """Return all records, in order."""
        return [self._record(index) for index in range(len(self.starts))]

    def _record(self, index: int) -> RecordProposal:
        prints, start = self.prints, self.starts[index]
        head = start.head
        body = range(head.body, self._end(index))
        doubts: list[str] = []
        source_at = find_source(prints, body)
        inner = range(body.start, source_at.start if source_at else body.stop)
        byline = self._byline(head)
        organisation = None if head.names else self._organisation(head, inner, source_at)
        if organisation:
            byline = organisation
            inner = range(inner.start + 1, inner.stop)
        note_at = find_note(prints, inner)
        note = self._text(note_at) if note_at else ""
        section = start.section.text if start.section else None
        kind = kind_of(prints, head.text, section, note, range(note_at.end if note_at else inner.start, inner.stop))
        contributors = self._contributors(start, kind, organisation, inner, doubts)
        return RecordProposal(
            id=self._id(head.text, contributors),
            line=prints.number[head.place],
            title=head.text,
            page=self._page(head.place),
            page_end=self._page(max(body.stop - 1, head.place)),
            type=kind,
            occurrence=self._occurrence(head),
            section=section,
            byline=byline,
            note=self._extent(note_at) if note_at else None,
            source=self._source(source_at, note, organisation),
            contributors=contributors,
            until=None,
            confidence=start.confidence,
            doubts=tuple(doubts),
        )

    def _organisation(self, head: Head, body: range, source: Quoted | None) -> str | None:
        """Return the line below a title that names where the text is from: its headnote or source line names that again."""
        place = head.body
        if place != head.end or place + 1 >= body.stop or not self.prints.ends[place]:
            return None
        name = self.prints.text[place]
        if not may_be_title(name) or len(words_of(name)) > _NAME_WORDS or case_of(name) is Case.SENTENCE or name[-1] in ".?!:":
            return None
        said = self._text(source) if source else ""
        said += " ".join(self.prints.text[place + 1 : min(place + 5, body.stop)])
        return name if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) else None

    def _contributors(
        self, start: Start, kind: str, organisation: str | None, body: range, doubts: list[str]
    ) -> tuple[Contributor, ...]:
        """Return who has a part in an item: as its byline, its title, its contents entry or its signature says."""
        role = "speaker" if kind == "speech" else "author"
        title, names = start.head.text, start.head.names
        if names is None and (named := title_person(title)):
            names = named
        if names is None and kind == "interview" and (asked := interviewee(title)):
            names, role = asked, "interviewee"
        if names is None and organisation:
            return (
                Contributor(Person(organisation, None, None), role),
                Contributor(Person(organisation, None, None), "publisher"),
            )
        if names is None and start.entry and start.entry.author:
            names = start.entry.author
            doubts.append("only the contents list names the author")
        if names is None and kind == "press_release" and (signed := signing_body(self.prints, body)):
            return (Contributor(Person(plain_case(signed, self.written), None, None), role),)
        if names is None and (signed := signature(self.prints, body)):
            names = signed
            doubts.append("the author is named at the end only")
        return tuple(Contributor(person, role) for person in names_in(names, self.written)) if names else ()

    def _end(self, index: int) -> int:
        if index + 1 == len(self.starts):
            return len(self.prints)
        following = self.starts[index + 1]
        section = following.section
        if section is not None and section is not self.starts[index].section:
            return section.place
        return following.head.place

    def _page(self, place: int) -> int:
        return self.numbers[self.prints.page[place]]

    def _byline(self, head: Head) -> str | None:
        """Return a head's byline as a manifest quotes it, where it stands right below the title."""
        if head.byline is None or head.byline[0] != head.end:
            return None
        lines = self.prints.lines
        if lines[head.byline[1] - 1] - lines[head.end - 1] != head.byline[1] - head.end:
            return None
        return self._text(Quoted(*head.byline))

    def _text(self, quoted: Quoted) -> str:
        return " ".join(self.prints.text[place] for place in range(quoted.start, quoted.end))

    def _extent(self, quoted: Quoted) -> tuple[str, str | None]:
        """Return the first and the last words of a part."""
        first, last = self.prints.text[quoted.start], self.prints.text[quoted.end - 1]
        if quoted.end - quoted.start == 1 and len(first.split()) <= 2 * _QUOTED_WORDS:
            return first, None
        return " ".join(first.split()[:_QUOTED_WORDS]), " ".join(last.split()[-_QUOTED_WORDS:])

    def _source(self, quoted: Quoted | None, note: str, organisation: str | None) -> SourceProposal | None:
        """Return an item's source: its source line or, failing that, the sentence of its headnote that says it."""
        if quoted is not None:
            parts = read_source(self._text(quoted))
            return SourceProposal(*self._extent(quoted), parts)
        sentence = source_sentence(note)
        if sentence is None or organisation is None:
            return None
        words = sentence.split()
        first, last = " ".join(words[:_QUOTED_WORDS]), " ".join(words[-_QUOTED_WORDS:])
        parts = replace(read_source(sentence), title=None, container=organisation, publisher=organisation)
        return SourceProposal(first, last if len(words) > _QUOTED_WORDS else None, parts)

    def _occurrence(self, head: Head) -> int | None:
        """Return which place on its page a title stands at, where it stands at several."""
        paged, wanted = self.prints.paged, _squeeze(head.text)
        page = paged.pages[self.prints.page[head.place]]
        found = [
            first
            for length in range(1, len(wanted) + 1)
            for first in self.squeezed.get(wanted[:length], ())
            if page.start <= paged.lines.first[first] < page.end and self._spells(first, wanted)
        ]
        places = sorted(set(found))
        own = self.prints.lines[head.place]
        return places.index(own) + 1 if len(places) > 1 and own in places else None

    def _spells(self, first: int, wanted: str) -> bool:
        """Tell whether the printed lines from one on spell a quotation, white space aside."""
        lines, rest, index = self.prints.paged.lines, wanted, first
        while rest and index < len(lines):
            piece = _squeeze(lines.printed(index))
            if not rest.startswith(piece):
                return False
            rest = rest[len(piece) :]
            index += 1
        return not rest and bool(self.prints.paged.is_set[index - 1])

    def _id(self, title: str, contributors: Sequence[Contributor]) -> str:
        slug = _slug(title) or "item"
        if self.ids[slug] and contributors and contributors[0].person.family:
            slug = f"{slug}-{_slug(contributors[0].person.family)}".strip("-")
        self.ids[slug] += 1
        while self.ids[slug] > 1:
            longer = f"{slug}-{self.ids[slug]}"
            self.ids[slug] += 1
            if not self.ids[longer]:
                self.ids[longer] += 1
                return longer
        return slug


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _written_words(prints: Prints) -> Mapping[str, str]:
    """Return how words are written in running text: what a name in capitals may be restored by."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in prints.text:
        if case_of(text) is not Case.CAPITALS:
            for word in words_of(text):
                bare = word.rstrip(".-'’")
                if len(bare) > 1 and bare[0].isupper() and not bare.isupper():
                    counts[bare.casefold()][bare] += 1
    return {word: forms.most_common(1)[0][0] for word, forms in counts.items()}
