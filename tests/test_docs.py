"""What is written about the kiosk is true: commands, links, versions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from kiosk.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [
    page
    for page in (*ROOT.glob("*.md"), *(ROOT / "procedures").glob("*.md"))
    if page.name != "CHANGELOG.md"
]


def commands(command: object, name: str) -> Iterator[str]:
    """The full name of each command that does something."""
    subcommands = getattr(command, "commands", {})
    if not subcommands:
        yield name
    for key, one in subcommands.items():
        yield from commands(one, f"{name} {key}")


COMMANDS = list(commands(typer.main.get_command(app), "kiosk"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_line_in_the_readme(command: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"`{command}[ `]", readme)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`(?:\.venv/bin/)?(kiosk [a-z]+)", page.read_text(encoding="utf-8"))
    groups = {" ".join(command.split()[:2]) for command in COMMANDS}
    assert set(named) <= groups


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_link_to_a_file_leads_to_it(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    for link in links:
        if not link.startswith(("http://", "https://")):
            assert (page.parent / link).exists(), link
