"""Short periodicals of quite different layouts, made for the drafter's tests: each a text and what is in it.

The prose is made of harmless sentences; names, titles and layouts belong to no real periodical.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["MADE", "MadePeriodical"]

SENTENCES = (
    "The lamps along the harbour were lit one after the other as the evening came in from the sea.",
    "Nobody had counted the boats that morning, and so nobody could say which of them was missing.",
    "A gardener needs three things above all: good soil, a sharp spade and a great deal of patience.",
    "The committee met again in the small hall, where the windows rattle whenever a train goes by.",
    "It is said that the old clock has been right twice a day ever since the winter of the great frost.",
    "Those who walk the coast path in spring will find the nests of terns among the grey stones.",
    "We measured the rainfall in the yard for a year and found that it had fallen mostly on Sundays.",
    "When the bread had cooled they cut it into slices and carried it down to the men at the quay.",
)


def prose(sentences: int, start: int, width: int = 70, indent: str = "") -> list[str]:
    """Return a paragraph of running text as wrapped lines."""
    chosen = itertools.islice(itertools.cycle(SENTENCES), start, start + sentences)
    return textwrap.wrap(" ".join(chosen), width, initial_indent=indent)


def body(paragraphs: int, start: int = 0, width: int = 70, indent: str = "") -> list[str]:
    """Return paragraphs parted by blank lines."""
    lines: list[str] = []
    for number in range(paragraphs):
        lines += [*prose(4, start + 3 * number, width, indent), ""]
    return lines[:-1]


VERSE = (
    "The lamp is low, the tide is late,",
    "The moon has lost her way,",
    "And I am leaning on the gate",
    "To wait for break of day.",
    "",
    "The heron lifts, the herring turn,",
    "The nets are on the stone,",
    "And one by one the candles burn",
    "Till I am left alone.",
)


@dataclass
class MadePeriodical:
    """A text in the making, and the items it holds: the raw line of each title, the title and the author."""

    lines: list[str] = field(default_factory=list)
    items: list[tuple[int, str, str | None]] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        """Add lines."""
        self.lines += lines

    def item(self, title: str, author: str | None, *lines: str, page: int = 1) -> None:
        """Add an item's title lines; the first of them is where it begins."""
        self.items.append((len(self.lines) + 1, title, author))
        self.pages.append(page)
        self.add(*lines)

    @property
    def text(self) -> str:
        """The text."""
        return "\n".join(self.lines) + "\n"


def centred(text: str, width: int = 70) -> str:
    """Return a line in the middle of the measure."""
    return " " * ((width - len(text)) // 2) + text


def form_feeds_and_feet() -> MadePeriodical:
    """A newsletter as a PDF extractor writes it: form feeds, the page number at the foot, bylines under capitals."""
    made = MadePeriodical()
    stories = [
        ("SPRING WALKS ON THE COAST", "Ada Penhallow"),
        ("THE HARBOUR LIGHTS", "Tom Trevithick"),
        ("NOTES FROM THE ALLOTMENT", "Morwenna Pascoe"),
        ("A CLOCK FOR THE SQUARE", "Jory Nance"),
    ]
    for page, (title, author) in enumerate(stories, start=1):
        made.item(title, author, ("\f" if page > 1 else "") + title, f"By {author}", "", page=page)
        made.add(*body(5, page), "", f"                                  {page}")
    return made


def dotted_contents() -> MadePeriodical:
    """A magazine with a contents list with dot leaders, running heads, and small-lettered headings within its articles."""
    made = MadePeriodical()
    stories = [
        ("Keeping Bees in Town", "Ines Halloran", 2),
        ("Letters from the Lighthouse", "Piet Verhoeven", 3),
        ("How the Canal Was Dug", "Oskar Lindqvist", 5),
        ("The Baker's Almanac", None, 6),
    ]
    made.add("THE QUIET QUARTERLY", "Volume 3, Number 2", "Autumn 1987", "", "CONTENTS", "")
    for title, author, page in stories:
        made.add(f"{title} {'.' * (40 - len(title))} {author or ''} {page}".replace("  ", " "))
    made.add("", "")
    listed = {page: (title, author) for title, author, page in stories}
    for page in range(2, 8):
        made.add("", "", f"The Quiet Quarterly, Autumn 1987{' ' * 30}Page {page}", "", "")
        if page in listed:
            title, author = listed[page]
            lines = [title] + ([f"by {author}"] if author else [])
            made.item(title, author, *lines, "", page=page)
        made.add(*body(2, page), "", "What to Look For", "", *body(2, page + 3))
    return made


def underlined(rule: str) -> Callable[[], MadePeriodical]:
    """A bulletin whose titles are underlined, with the author at the end."""

    def make() -> MadePeriodical:
        made = MadePeriodical()
        made.add("Village Bulletin", "No. 14, May 1999", "")
        for number, (title, author) in enumerate(
            [
                ("Repairs to the Footbridge", "Wilf Arkwright"),
                ("The Flower Show", "Edith Longbottom"),
                ("Bell Ringers Wanted", "Canon Aldous Pym"),
                ("A Word About the Weather", None),
            ]
        ):
            made.item(
                title,
                author.removeprefix("Canon ") if author else None,
                title,
                rule * len(title),
                "",
            )
            made.add(*body(3, number), "")
            if author:
                made.add(f"-- {author}", "")
        return made

    return make


def numbered_ezine() -> MadePeriodical:
    """An electronic magazine with a numbered list in front and rules between its sections."""
    made = MadePeriodical()
    stories = [
        ("Modems for Beginners", "Rosa Quint"),
        ("A Week Without Electricity", "Dag Halvorsen"),
        ("Building a Better Antenna", "Mei Tanaka"),
        ("Ask the Operator", "The Operator"),
    ]
    made.add(
        "*** SIGNAL AND NOISE ***",
        "An electronic magazine, issue 7, June 1994",
        "",
        "In this issue:",
        "",
    )
    made.add(*(f" {number}. {title}" for number, (title, _) in enumerate(stories, start=1)), "")
    for number, (title, author) in enumerate(stories, start=1):
        made.add("-" * 70)
        made.item(
            f"{number}. {title}", author, f"{number}. {title}", f"   by {author}", "-" * 70, ""
        )
        made.add(*body(4, number), "")
    return made


def roman_chapters() -> MadePeriodical:
    """A journal of the nineteenth century: wide gaps, capitals with full stops, chapters in Roman numerals within a tale."""
    made = MadePeriodical()
    made.add(
        "THE FIRESIDE MISCELLANY.",
        "",
        "VOL. II.--NO. 5.",
        "",
        "SATURDAY, JUNE 4, 1859.",
        "",
        "",
        "",
        "",
    )
    made.item(
        "THE MILLER'S DAUGHTER.",
        "Harriet Ashdown",
        "THE MILLER'S DAUGHTER.",
        "",
        "BY HARRIET ASHDOWN.",
        "",
        "",
        "CHAPTER I.",
        "",
    )
    made.add(*body(4), "", "", "CHAPTER II.", "", *body(4, 2), "", "", "", "")
    made.item("ON THE HABITS OF ROOKS.", None, "ON THE HABITS OF ROOKS.", "", "")
    made.add(*body(5, 3), "", "", "", "")
    made.item("THE WATCHER.", "C. L. Merrow", "THE WATCHER.", "", "BY C. L. MERROW.", "", "")
    made.add(*("    " + line if line else "" for line in VERSE), "", "", "", "")
    made.item(
        "A VOYAGE TO THE ORKNEYS.",
        "James Thorne",
        "A VOYAGE TO THE ORKNEYS.",
        "",
        "BY CAPT. JAMES THORNE.",
        "",
        "",
    )
    made.add(*body(3, 1), "", "", "I.", "", *body(3, 5), "", "", "II.", "", *body(3, 6))
    return made


def centred_titles() -> MadePeriodical:
    """A church magazine with centred titles, some over two lines, and the name alone beneath."""
    made = MadePeriodical()
    stories = [
        (["The Old Organ"], "Felix Marchbanks"),
        (["Harvest Supper in the", "Long Barn"], "Dora Whitlock"),
        (["Who Planted the Yew?"], "Septimus Gray"),
        (["The Choir Outing"], "Hilda Thorpe"),
    ]
    for number, (title, author) in enumerate(stories):
        made.item(" ".join(title), author, *map(centred, title), "", centred(author), "", "")
        made.add(*body(4, number), "", "")
    return made


def two_on_a_page() -> MadePeriodical:
    """A newsletter with several short items to a page, bylines of the form "Name, place", and continued lines."""
    made = MadePeriodical()
    stories = [
        ("Council Approves New Playground", "Nell Ashby", 1),
        ("Ferry Timetable to Change", "Rufus Dane", 1),
        ("Library Opens on Saturdays", "Nell Ashby", 2),
        ("Otters Return to the River", "Gwen Prosser", 2),
        ("Chess Club Wins the Cup", "Rufus Dane", 3),
    ]
    page = 0
    for number, (title, author, on) in enumerate(stories):
        if on != page:
            page = on
            made.add(*([""] if page > 1 else []), f"Riverside News   March 2003   {page}", "", "")
        made.item(title, author, title, f"By {author}, staff writer", "", page=on)
        made.add(*body(4, number), "")
        if number == 1:
            made.add("(continued on page 3)", "")
    return made


def journal_with_affiliations() -> MadePeriodical:
    """A journal whose pages go on from the volume's; names with their universities; numbered sections within articles."""
    made = MadePeriodical()
    stories = [
        ("On the Drainage of Upland Pastures", "Marta Lindgren", "University of Uppsala", 57),
        ("Two Letters of a Salt Merchant", "Henri Vasseur", "University of Caen", 59),
        ("The Dating of Field Walls: A Reply", "Owen Prys-Jones", "University College, Bangor", 61),
    ]
    listed = {page: (title, author, where) for title, author, where, page in stories}
    for page in range(57, 63):
        made.add(*(["\f" + str(page), ""] if page > 57 else [str(page), ""]))
        if page in listed:
            title, author, where = listed[page]
            made.item(title, author, title, "", f"{author}, {where}", "", page=page)
            made.add("1. Introduction", "")
        else:
            made.add(f"2. Discussion of the {page}th Part", "")
        made.add(*body(4, page))
    return made


def capitals_without_bylines() -> MadePeriodical:
    """A digest of short notes, with neither bylines nor contents: capitals after two blank lines."""
    made = MadePeriodical()
    made.add("THE WEEKLY DIGEST", "Friday, 3 February 1961", "", "")
    for number, title in enumerate(
        (
            "RAIN EXPECTED",
            "WOOL PRICES STEADY",
            "NEW BRIDGE OPENED",
            "LOST DOG FOUND IN BELFRY",
            "SCHOOL CONCERT",
        )
    ):
        made.item(title, None, title, "")
        made.add(*body(2, number), "", "")
    return made


def contents_with_pages_first() -> MadePeriodical:
    """A magazine whose contents list gives the page first and the author after "by"; CRLF line ends come with the test."""
    made = MadePeriodical()
    stories = [
        ("The Ferryman's Tale", "Lotte Brandt", 2),
        ("Mending Nets", "Aoife Kearney", 4),
        ("An Evening With the Owls", "Lotte Brandt", 5),
        ("Recipes for a Cold Spring", None, 6),
    ]
    made.add("Saltmarsh Magazine", "Number 9, Spring 2011", "", "Inside", "")
    for title, author, page in stories:
        made.add(f"{page}  {title}" + (f" by {author}" if author else ""))
    made.add("")
    listed = {page: (title, author) for title, author, page in stories}
    for page in range(2, 8):
        made.add("", "")
        if page in listed:
            title, author = listed[page]
            made.item(
                title.upper(), author, title.upper(), *([author] if author else []), "", page=page
            )
        made.add(*body(4, page), "", f"Saltmarsh Magazine - Page {page}")
    return made


def department_with_items() -> MadePeriodical:
    """A newsletter that closes with a department of several short reports under one heading."""
    made = MadePeriodical()
    for number, (title, author) in enumerate(
        [("Restoring the Windmill", "Arne Dahl"), ("What the Miller Saw", "Sanna Vik")]
    ):
        made.item(title, author, title, "", f"by {author}", "", "")
        made.add(*body(4, number), "", "", "")
    made.add("REPORTS FROM THE BRANCHES", "", "", "")
    for number, title in enumerate(
        (
            "Northern Branch Elects a Chair",
            "Eastern Branch Visits a Forge",
            "Southern Branch Plants Trees",
        )
    ):
        made.item(title, None, title, "", "")
        made.add(*body(2, number), "", "", "")
    return made


def spread_lines() -> MadePeriodical:
    """A text layer with a blank line after each line and a space at each line's end; titles open pages after form feeds."""
    made = MadePeriodical()
    stories = [
        ("The Lighthouse Keeper", "Eino Salo"),
        ("Bread and Salt", "Mirka Laine"),
        ("The Long Winter", "Eino Salo"),
    ]
    for page, (title, author) in enumerate(stories, start=1):
        made.item(
            title, author, ("\f" if page > 1 else "") + f"{title} ", "", f"{author} ", "", page=page
        )
        for number in range(5):
            for line in prose(4, page + 3 * number, 90):
                made.add(f"{line} ", "")
    return made


def interview_and_letters() -> MadePeriodical:
    """A fanzine with an interview of questions and answers, an editorial and letters, ruled off by stars."""
    made = MadePeriodical()
    made.item("EDITORIAL", "Kit Marlow", "EDITORIAL", "by Kit Marlow", "")
    made.add(*body(3), "", "* * * * *", "")
    made.item(
        "AN INTERVIEW WITH JOAN FERRIS",
        "Kit Marlow",
        "AN INTERVIEW WITH JOAN FERRIS",
        "by Kit Marlow",
        "",
    )
    for number in range(5):
        made.add(
            "Q: How did you come to build boats in a town without a river?",
            "",
            *prose(3, number, indent="A: "),
            "",
        )
    made.add("* * * * *", "")
    made.item("THE LAST FERRY", "Sam Ode", "THE LAST FERRY", "by Sam Ode", "")
    made.add(*VERSE, "", "* * * * *", "")
    made.item("LETTERS TO THE EDITOR", None, "LETTERS TO THE EDITOR", "")
    made.add(
        "Dear Editor,",
        "",
        *body(2, 2),
        "",
        "Yours sincerely,",
        "P. Tillett",
        "",
        "Dear Kit,",
        "",
        *body(1, 5),
        "",
        "R. Voss",
    )
    return made


TITLES = (
    ("The Harbour Lights", "Ada Penhallow"),
    ("A Clock for the Square", "Jory Nance"),
    ("Notes on the Tide", "Morwenna Pascoe"),
    ("How the Lamps Were Lit", "Tom Trevithick"),
    ("The Last Ferry", "Piet Verhoeven"),
    ("Bread and Salt", "Ines Halloran"),
)


def with_front(*lines: str) -> MadePeriodical:
    """Return a periodical with its masthead and some lines below it."""
    made = MadePeriodical()
    made.add("THE HARBOUR REVIEW", "", "Volume 4, Number 2, 1912", "", "", *lines)
    return made


def run_in_contents() -> MadePeriodical:
    """A magazine whose contents are one paragraph: ``A -- B -- C``."""
    made = with_front(
        "CONTENTS:", "", *textwrap.wrap(" -- ".join(title for title, _ in TITLES), 70), "", "", ""
    )
    for start, (title, author) in enumerate(TITLES):
        made.item(title, author, title, "", f"By {author}", "")
        made.add(*body(4, start), "", "", "")
    return made


def bylines_above() -> MadePeriodical:
    """A magazine that names the author, in capitals, above each title."""
    made = with_front()
    for start, (title, author) in enumerate(TITLES):
        made.add("", centred(author.upper()), "")
        made.item(title, author, centred(title), "")
        made.add(*body(4, start), "", "")
    return made


def signed_at_the_end() -> MadePeriodical:
    """A magazine whose items are signed at the end, at the right."""
    made = with_front()
    for start, (title, author) in enumerate(TITLES):
        made.add("", "")
        made.item(title.upper(), author, title.upper(), "")
        made.add(*body(4, start), "", f"{author.upper()}.".rjust(70), "")
    return made


def mail_digest() -> MadePeriodical:
    """A digest of messages, each with its header."""
    made = with_front(
        "Today's Topics:", "", *(f"      {title}" for title, _ in TITLES), "", "-" * 70, ""
    )
    for start, (title, author) in enumerate(TITLES):
        made.add(
            "Date: Mon, 3 Feb 1992 10:11:12 GMT",
            f"From: {author.split()[0].lower()}@harbour.example",
        )
        made.item(f"Subject: {title}", None, f"Subject: {title}")
        made.add("", *body(3, start), "", "-" * 30, "")
    return made


def headers_by_item() -> MadePeriodical:
    """A journal whose running headers change with the item; its first page has none."""
    made = MadePeriodical()
    page = 41
    for start, (title, author) in enumerate(TITLES):
        feed = "\f" if start else ""
        made.item(title, author, f"{feed}{title}", "", author, "", page=page)
        made.add(*body(6, start))
        made.add(f"\f{page + 1}   {author.upper()}", "", *body(6, start + 1))
        made.add(f"\f{title.upper()}   {page + 2}", "", *body(6, start + 2))
        page += 3
    return made


def in_german() -> MadePeriodical:
    """A German magazine, with a contents list and "Von"."""
    made = MadePeriodical()
    titles = [
        ("DIE LICHTER IM HAFEN", "Anna Schreiber"),
        ("EINE UHR", "Bert Holm"),
        ("DIE FÄHRE", "Dora Stein"),
    ]
    made.add("DER HAFEN", "", "Jahrgang 3, Heft 2, 1912", "", "INHALT", "")
    made.add(
        *(
            f"{title.title()} ........ {author} {page}"
            for page, (title, author) in enumerate(titles, 1)
        ),
        "",
        "",
    )
    sentence = "Die Lampen am Hafen wurden eine nach der anderen angezündet, und niemand hatte sie gezählt. "
    for title, author in titles:
        made.add("", "")
        made.item(title, author, title, f"Von {author}", "")
        made.add(*textwrap.wrap(sentence * 8, 70), "")
    return made


def marks_in_lines() -> MadePeriodical:
    """An edition of an old magazine that marks the pages in its lines."""
    made = with_front()
    for start, (title, author) in enumerate(TITLES):
        made.add("", "", "")
        made.item(
            f"{title.upper()}.",
            author,
            f"{title.upper()}.",
            "",
            f"BY {author.upper()}.",
            "",
            page=176 + start,
        )
        lines = body(6, start)
        made.add(*lines[:8], f"[Pg {177 + start}]{lines[8]}", *lines[9:])
    return made


def solid_paragraphs() -> MadePeriodical:
    """A magazine whose paragraphs are indented, with no blank lines between."""
    made = with_front()
    for start, (title, author) in enumerate(TITLES):
        made.add("", "")
        made.item(title.upper(), author, title.upper(), f"By {author}", "")
        for number in range(5):
            made.add(*prose(4, start + number, indent="   "))
    return made


def headings_in_the_titles_case() -> MadePeriodical:
    """A magazine with headings within its items that are written as its titles are."""
    made = with_front()
    for start, (title, _) in enumerate(TITLES):
        made.add("", "")
        made.item(title, None, title, "")
        made.add(
            *body(3, start),
            "",
            "What They Saw",
            "",
            *body(2, start + 1),
            "",
            "What They Said",
            "",
            *body(2, start),
        )
    return made


MADE: dict[str, Callable[[], MadePeriodical]] = {
    "form feeds, page numbers at the foot": form_feeds_and_feet,
    "contents with dot leaders, running heads": dotted_contents,
    "titles underlined with =": underlined("="),
    "titles underlined with -": underlined("-"),
    "numbered e-zine between rules": numbered_ezine,
    "wide gaps, capitals, Roman chapters": roman_chapters,
    "centred titles over two lines": centred_titles,
    "two items on a page": two_on_a_page,
    "journal with affiliations": journal_with_affiliations,
    "capitals without bylines": capitals_without_bylines,
    "contents with pages first": contents_with_pages_first,
    "department with items": department_with_items,
    "spread lines": spread_lines,
    "interview and letters": interview_and_letters,
    "run-in contents": run_in_contents,
    "authors above the titles": bylines_above,
    "signed at the end": signed_at_the_end,
    "a digest of messages": mail_digest,
    "running headers that change with the item": headers_by_item,
    "German": in_german,
    "page marks in lines": marks_in_lines,
    "solid paragraphs": solid_paragraphs,
    "headings in the titles' case": headings_in_the_titles_case,
}
