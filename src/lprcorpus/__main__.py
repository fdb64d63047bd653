"""``python -m lprcorpus``."""

from lprcorpus.cli import main

main(prog_name="lprcorpus")
