"""The making wing: a raw text and its manifest into a corpus."""
