"""A PDF to a raw text and its layout.

``pdf_pages`` gives the words of each page; ``fragments`` puts them into lines; ``reading_columns``
puts the lines in reading order; ``page_text`` joins them as text; ``extraction`` writes the files.
"""
