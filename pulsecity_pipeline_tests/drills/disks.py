"""Disks to break: a small mount of its own, filled to the last bytes or turned read-only, and undone at the end."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    """A mounted folder."""

    path: Path

    def fill(self, leaving: int) -> Path:
        """A file that leaves this many bytes; deleting it is what frees the disk."""
        ballast = self.path / "ballast"
        ballast.unlink(missing_ok=True)
        with ballast.open("wb") as file, contextlib.suppress(OSError):
            left = shutil.disk_usage(self.path).free - leaving
            while left > 0:
                left -= file.write(b"\0" * min(left, 2**20))
        return ballast

    def make_read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.path)], check=True)


@contextlib.contextmanager
def mount_small_disk(path: Path, mebibytes: int) -> Iterator[SmallDisk]:
    """A tmpfs of this size at `path`; the test is skipped where mounting is not allowed."""
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(path)]
    mounted = subprocess.run(command, capture_output=True, check=False) if shutil.which("mount") else None
    if mounted is None or mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
