"""Have a process stop at an issue that it is to build, for as long as a test wants it to.

Python imports this file as it starts where this folder is on PYTHONPATH, so it reaches every
worker. While the folder of the raw texts holds ``.hold-<issue id>``, whoever is to build that issue
writes its process id to ``.held-<issue id>`` and sleeps.
"""

from __future__ import annotations

import os
import sys
import time


class Holding:
    """A finder that wraps ``build_issue`` when the module that calls it is imported; it imports nothing before."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "lprcorpus.build.shards":
            return None
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path)
        execute = spec.loader.exec_module

        def execute_and_wrap(module):
            execute(module)
            module.build_issue = holding(module.build_issue)

        spec.loader.exec_module = execute_and_wrap
        return spec


def holding(build_issue):
    def build_when_let(files, issue_id):
        hold = files.folder / f".hold-{issue_id}"
        if hold.exists():
            unfinished = files.folder / f".held-{issue_id}-{os.getpid()}"
            unfinished.write_text(str(os.getpid()))
            unfinished.replace(files.folder / f".held-{issue_id}")
        while hold.exists():
            time.sleep(0.02)
        return build_issue(files, issue_id)

    return build_when_let


sys.meta_path.insert(0, Holding)
