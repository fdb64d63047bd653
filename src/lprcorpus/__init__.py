"""The Left Progressive Review Corpus: every character of the source accounted for, every passage with its page."""

from __future__ import annotations
