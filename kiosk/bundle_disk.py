"""What installing a bundle does to the disk, one call of the system at a time."""

import os
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """The steps of which everything is made that an installation writes."""

    def make_folder(self, path: Path) -> None:
        """Make a folder that is not there yet."""

    def create(self, path: Path) -> int:
        """Make a file that is not there yet; returns its descriptor."""

    def write(self, descriptor: int, content: memoryview) -> int:
        """Write the beginning of `content`; returns how much of it was taken."""

    def sync(self, descriptor: int) -> None:
        """Have what was written outlast a power cut."""

    def close(self, descriptor: int) -> None:
        """Be done with a file."""

    def sync_folder(self, path: Path) -> None:
        """Have the names in a folder outlast a power cut."""

    def rename(self, path: Path, to: Path) -> None:
        """Give something another name, in place of a file that has it."""

    def unlink(self, path: Path) -> None:
        """Remove a file or a link."""

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""


class RealDisk:
    """The disk itself."""

    def make_folder(self, path: Path) -> None:
        """Make a folder that is not there yet."""
        path.mkdir(mode=0o755)

    def create(self, path: Path) -> int:
        """Make a file that is not there yet; returns its descriptor."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(path, flags, 0o644)

    def write(self, descriptor: int, content: memoryview) -> int:
        """Write the beginning of `content`; returns how much of it was taken."""
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        """Have what was written outlast a power cut."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Be done with a file."""
        os.close(descriptor)

    def sync_folder(self, path: Path) -> None:
        """Have the names in a folder outlast a power cut."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, path: Path, to: Path) -> None:
        """Give something another name, in place of a file that has it."""
        path.replace(to)

    def unlink(self, path: Path) -> None:
        """Remove a file or a link."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()


def write_file(disk: Disk, path: Path, content: bytes) -> None:
    """Make a file and have its content outlast a power cut; its name does not yet."""
    descriptor = disk.create(path)
    try:
        left = memoryview(content)
        while left:
            left = left[disk.write(descriptor, left) :]
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)


def write_tree(disk: Disk, folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder with these files in it, and have all of it outlast a power cut."""
    disk.make_folder(folder)
    made = [folder]
    for name, content in files.items():
        path = folder / name
        for above in reversed(path.relative_to(folder).parents):
            if folder / above not in made:
                disk.make_folder(folder / above)
                made.append(folder / above)
        write_file(disk, path, content)
    for one in reversed(made):
        disk.sync_folder(one)


def remove_tree(disk: Disk, path: Path) -> None:
    """Remove a folder with all that is in it, or a file; links are not followed."""
    if path.is_symlink() or not path.is_dir():
        disk.unlink(path)
        return
    for one in sorted(path.iterdir()):
        remove_tree(disk, one)
    disk.remove_folder(path)
