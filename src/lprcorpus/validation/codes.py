"""The codes of all problems that a validation can find: each with its layer and what it means."""

from __future__ import annotations

from lprcorpus.validation.report import LayerName

_BY_LAYER: dict[LayerName, dict[str, str]] = {
    "files": {
        "digest-mismatch": "The content digest of a table's rows is not the one listed.",
        "file-missing": "A file, a raw text or a manifest is not there, or is no regular file.",
        "file-too-large": "A file is larger than is safe to read as a whole.",
        "file-unlisted": "A Parquet file lies in the folder that no resource lists.",
        "hash-mismatch": "A file's SHA-256 is not the one listed.",
        "not-parquet": "A file is not Parquet, or is damaged.",
        "path-unsafe": "A path or link leaves the folder, is absolute, or is a web address.",
        "raw-unlisted": "A raw text is no issue's.",
        "size-mismatch": "A file's size is not the one listed.",
    },
    "schema": {
        "column-description": "A column's description in a Parquet file is not the model's.",
        "column-missing": "A column of the table is not in a file.",
        "column-order": "The columns of a file are not in the table's order.",
        "column-type": "A column has another type.",
        "column-unknown": "A file has a column that the table has not, or has one twice.",
        "features": "The Hugging Face features in a Parquet file are not the table's.",
        "footer-key": "A key in a Parquet footer is none that a build writes.",
    },
    "values": {
        "date": "A date that is not in the calendar, or an interval that ends before it begins.",
        "enum": "A value that is not one of those allowed.",
        "length": "A text that is too short.",
        "minimum": "A number that is too small.",
        "null": "No value where one is required.",
        "pattern": "A text that does not have the required form.",
        "statistics": "A Parquet footer gives other rows, nulls or bounds than there are.",
    },
    "keys": {
        "foreign-key": "A row refers to one that does not exist.",
        "key-duplicate": "Two records have one id.",
        "position": "Positions do not run 1, 2, 3 …",
        "record-issue": "A record's id does not begin with its issue's.",
        "row-order": "Rows are not in the order of their keys, or two have one key.",
    },
    "invariants": {
        "block-extent": "A block's raw offsets are not those of its spans.",
        "block-order": "A block is before one that it should follow.",
        "block-page": "A block's pages are not those of its spans.",
        "block-spans": "A block has no span of raw text.",
        "block-text": "A block's text does not follow from its spans and edits.",
        "body-extent": "A block's offsets in the body are not where its text is.",
        "body-hash": "A record's body_sha256 is not that of its body.",
        "body-text": "A record's body is not its blocks.",
        "edit-before": "An edit does not quote the raw text.",
        "edit-idle": "An edit changes nothing.",
        "edit-outside": "An edit lies outside the spans of records.",
        "edit-rule": "An edit is not a change that its rule makes.",
        "edit-overlap": "Two edits overlap.",
        "note-text": "A record's note is not the words of its spans.",
        "page-empty": "A page contains no character.",
        "page-gap": "Raw text lies between two pages.",
        "page-mark": "A page does not open with a page mark or a running head.",
        "page-number": "A page's number is not one more than the last, and not printed.",
        "page-overlap": "Two pages overlap.",
        "page-printed": "A page number is said to be printed and is not, or the other way round.",
        "page-range": "An issue's first or last page is not that of its pages.",
        "raw-encoding": "A raw text is not UTF-8.",
        "raw-hash": "A raw text's SHA-256 is not the issue's raw_sha256.",
        "raw-length": "A raw text's length is not the issue's raw_chars.",
        "record-order": "A record is before one that it should follow, or is not in one place.",
        "record-page": "A record's pages are not those of its spans.",
        "section-text": "A record's section is not the heading printed before it.",
        "source-text": "A record's source_citation is not the words of its spans.",
        "span-block": "A span names a block that there is not.",
        "span-empty": "A span contains no character.",
        "span-gap": "Raw text lies between two spans.",
        "span-overlap": "Two spans overlap.",
        "span-page": "A span is not on the page it names.",
        "span-place": "A span's role does not fit the place where it is.",
        "span-record": "A span names a record or a block and cannot, or names none and must.",
        "span-role": "A span's text is not what its role says.",
        "title-text": "A record's title is not the words of its spans.",
        "verse-lines": "A stanza has not the lines that are printed.",
        "word-count": "A record's word_count is not that of its body.",
    },
    "rebuild": {
        "rebuild-failed": "An issue cannot be built from its raw text and its manifest.",
        "rebuild-value": "A value or a row is not what a build makes of text and manifest.",
    },
    "metadata": {
        "card": "The dataset card is not what the corpus and the data card say.",
        "citation-file": "A citation file or a release's description is not what it should be.",
        "croissant": "croissant.json does not describe the corpus, its tables or their files.",
        "descriptor": "datapackage.json does not describe the corpus, its tables or their files.",
        "generated-file": "A file that the build makes is not what the corpus gives.",
        "layout": "The layout of a raw text does not belong to it, or to its manifest.",
        "manifest-unlisted": "A manifest is no issue's, or is called otherwise than its issue.",
        "metadata-missing": "A metadata file is not there.",
        "references": "The references of the records are not those of the rows.",
        "rows-mismatch": "A table has another number of rows than the one listed.",
        "version-mismatch": "The metadata files say different things of the version.",
    },
}

# Each code with its layer and its meaning.
CODES: dict[str, tuple[LayerName, str]] = {
    code: (layer, meaning) for layer, codes in _BY_LAYER.items() for code, meaning in codes.items()
}


def layer_of(code: str) -> LayerName:
    """Return the layer that a code belongs to."""
    return CODES[code][0]
