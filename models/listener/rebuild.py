"""The ward's own language model: make `graph/Gr.fst` anew after scripts have changed.

Needs Python and the model's folder, no network and no tool. Words that no rule can
pronounce are named with their line; they are left out, and nothing else changes.

    python -m models.listener.rebuild models/vosk-vi-danloi procedures

`kiosk bundle install` runs it with `--json` on a copy of the model.
"""

import argparse
import gzip
import json
import math
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.catalogue import load_catalogue
from kiosk.model_store import write_manifest
from models.listener.fst import Transducer, write_file
from models.listener.language import ORDER, Counts, NGrams, Sentence, Words, counted, graph_of
from models.listener.texts import Unpronounceable, sentences_of_ward, unpronounceable

GENERAL = "general-counts.tsv.gz"
"""Beside the graph: how often which words of Common Voice follow each other."""


def write_counts(path: Path, counts: Counts) -> None:
    """Write n-gram counts, one a line, in an order that is always the same."""
    lines = (f"{' '.join(words)}\t{n}\n" for each in counts for words, n in sorted(each.items()))
    text = "".join(lines).encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0))


def read_counts(path: Path) -> Counts:
    """What `write_counts` wrote."""
    counts: Counts = tuple(Counter[Words]() for _ in range(ORDER))
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        spelled, number = line.split("\t")
        words = tuple(spelled.split(" "))
        counts[len(words) - 1][words] = int(number)
    return counts


def read_labels(model: Path) -> dict[str, int]:
    """Word to label, of the model's `words.txt`."""
    lines = (model / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(label) for word, label in (line.split() for line in lines)}


def language_graph(
    general: Counts, ward: tuple[Sentence, ...], labels: dict[str, int]
) -> Transducer:
    """A sentence is either an everyday one or one of the ward's, whichever fits better."""
    both = tuple(one + other for one, other in zip(general, counted(ward), strict=True))
    alike = math.log(2)
    broad = NGrams(both)
    return graph_of([(NGrams(general, broader=broad), alike), (broad, alike)], labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild came to."""

    sentences: int
    states: int
    arcs: int
    left_out: tuple[Unpronounceable, ...]
    """Words that nobody will be heard to say."""


def rebuild(model: Path, procedures: Path, *, before: Path | None = None) -> Rebuilt:
    """Write the language model anew for a folder of scripts, and the model's manifest with it.

    Args:
        model: the model's folder.
        procedures: the scripts.
        before: a folder of scripts whose left-out words are known, and not told again.
    """
    ward = sentences_of_ward(load_catalogue(procedures))
    graph = model / "graph"
    made = language_graph(read_counts(graph / GENERAL), ward, read_labels(model))
    write_file(graph / "Gr.fst", made)
    write_manifest(model)  # else the kiosk takes the model for damaged
    states, arcs = made.size
    left_out = unpronounceable(ward, procedures)
    if before is not None:
        old = unpronounceable(sentences_of_ward(load_catalogue(before)), before)
        known = {each.word for each in old}
        left_out = tuple(each for each in left_out if each.word not in known)
    return Rebuilt(sentences=len(ward), states=states, arcs=arcs, left_out=left_out)


def main() -> int:
    """Rebuild; 0 when every word can be pronounced, 1 when some were left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("procedures", type=Path)
    parser.add_argument("--before", type=Path, help="scripts whose left-out words are known")
    parser.add_argument("--json", action="store_true", help="print what came of it as JSON")
    chosen = parser.parse_args()
    made = rebuild(chosen.model, chosen.procedures, before=chosen.before)
    if chosen.json:
        print(json.dumps(asdict(made), ensure_ascii=False))  # noqa: T201
        return 1 if made.left_out else 0
    for each in made.left_out:
        told = f"{each.file}:{each.line}: “{each.word}”: no rule pronounces it"
        print(told, file=sys.stderr)  # noqa: T201
    told = f"{made.sentences} sentences of the ward: {made.states} states, {made.arcs} arcs"
    print(told)  # noqa: T201
    return 1 if made.left_out else 0


if __name__ == "__main__":
    sys.exit(main())
