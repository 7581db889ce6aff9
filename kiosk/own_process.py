"""What a process does first to itself: its memory is never dumped, it may open many files."""

import ctypes
import resource

_NOT_DUMPABLE = 4
"""PR_SET_DUMPABLE of prctl(2)."""
MOST_FILES = 65_536
"""More are of no use, and there are libraries that look at each number that there may be."""


def keep_to_itself() -> None:
    """Let a crash leave no dump of this process's memory, nor of its children's.

    What was said and typed is in it. Each process must do it anew once it is another program.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where dumps go through a pipe, the limit alone does not stop them.
    ctypes.CDLL(None).prctl(_NOT_DUMPABLE, 0, 0, 0, 0)


def allow_many_files() -> None:
    """Let this process open as many files as its administrator allows."""
    wanted, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    if wanted != resource.RLIM_INFINITY and wanted < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
