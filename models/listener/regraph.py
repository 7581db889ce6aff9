"""The graph of the words alone, made anew from a model's folder: after `Costs` changed.

Needs Debian's `libfst-tools` and `libfst22-plugins-base`. Words may get other labels, so
`rebuild.py` comes after it.

    python -m models.listener.regraph models/vosk-vi-danloi
    python -m models.listener.rebuild models/vosk-vi-danloi procedures
"""

import argparse
import os
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path

from models.listener.fst import write_file
from models.listener.lexicon import UNKNOWN, Costs, graph_of, phones
from models.listener.rebuild import read_labels

PLUGINS = Path("/usr/lib/x86_64-linux-gnu/fst/22")


def write_lexicon(folder: Path, words: list[str], costs: Costs) -> None:
    """Write `HCLr.fst`, `words.txt` and the list of ids that Vosk strips, which is none."""
    labels = {word: number for number, word in enumerate(words, 1)}
    with tempfile.TemporaryDirectory() as work:
        plain, pairs = Path(work) / "plain.fst", Path(work) / "pairs"
        write_file(plain, graph_of(labels, costs))
        subprocess.run(
            [
                "/usr/bin/fstconvert",
                "--fst_type=olabel_lookahead",
                f"--save_relabel_opairs={pairs}",
                plain,
                folder / "HCLr.fst",
            ],
            check=True,
            env={**os.environ, "LD_LIBRARY_PATH": str(PLUGINS)},
        )
        rows = (line.split() for line in pairs.read_text().splitlines())
        moved = {int(before): int(after) for before, after in rows}
    labels = {word: moved.get(label, label) for word, label in labels.items()}
    lines = [f"{word} {label}" for word, label in sorted(labels.items(), key=lambda one: one[1])]
    text = "\n".join(["<eps> 0", *lines, ""])
    (folder / "words.txt").write_text(text, encoding="utf-8")
    never = 2 * len(phones()) + 1
    (folder / "disambig_tid.int").write_text(f"{never}\n", encoding="ascii")


def words_of(model: Path) -> list[str]:
    """The model's words, in the order in which the graph is made of them."""
    return [UNKNOWN, *sorted(read_labels(model).keys() - {UNKNOWN, "<eps>"})]


def main() -> None:
    """Make it anew by the command line; each cost may be tried at another height."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    usual = asdict(Costs())
    for name, cost in usual.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=cost)
    chosen = parser.parse_args()
    costs = Costs(**{name: getattr(chosen, name) for name in usual})
    write_lexicon(chosen.model / "graph", words_of(chosen.model), costs)


if __name__ == "__main__":
    main()
