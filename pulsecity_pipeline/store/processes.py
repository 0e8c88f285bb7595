"""Processes of this machine: whether the one that left something behind is still there."""

import os


def is_alive(process_id: int) -> bool:
    """True where a process has this id, whoever owns it."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
