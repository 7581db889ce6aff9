"""Made visits for tests of usage: counters of a ward where some things happen rarely."""

import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.tally import ANSWERS, Counted
from kiosk.usage import SqliteUsageLog

BANDS = ("07-09", "09-11", "13-15", "15-17")
Key = tuple[str, str, str, str, str, str, str]


def made_visits(last: date, *, days: int = 30, most: int = 40, seed: int = 1) -> Counter[Key]:
    """Counts of so many days, up to `last`, with up to `most` visits on each working day."""
    chance = random.Random(seed)  # noqa: S311 - made for tests
    procedures = load_catalogue(SHIPPED_PROCEDURES).procedures
    weights = [1 / (at + 1) for at in range(len(procedures))]
    counts: Counter[Key] = Counter()
    for back in range(days):
        day = last - timedelta(days=back)
        for _ in range(chance.randint(most // 2, most) if day.weekday() < 5 else 0):
            band = chance.choice(BANDS)
            language = "en" if chance.random() < 0.04 else "vi"
            mode = chance.choices(["touch", "typing", "voice"], [6, 1, 3])[0]
            procedure = chance.choices(procedures, weights)[0]

            def count(
                event: Counted,
                of: str = "",
                step: str = "",
                where: tuple[str, ...] = (day.isoformat(), band, mode, language),
            ) -> None:
                on, hours, how, tongue = where
                counts[on, hours, event.value, of, step, how, tongue] += 1

            count(Counted.VISIT_STARTED)
            if mode != "touch":
                heard = [Counted.UNDERSTOOD, Counted.ASKED_BACK, Counted.NOT_UNDERSTOOD]
                heard += [Counted.OUT_OF_SCOPE, Counted.NOT_HEARD]
                count(chance.choices(heard, [10, 2, 1, 1, 1])[0])
            count(Counted.PROCEDURE_CHOSEN, procedure.id)
            if chance.random() < 0.2:
                count(Counted.STEP_LEFT, procedure.id, chance.choice(procedure.questions).id)
                count(Counted.VISIT_LEFT)
            else:
                ends = [Counted.OUTCOME_HERE, Counted.OUTCOME_ELSEWHERE, Counted.OUTCOME_ASK_STAFF]
                count(chance.choices(ends, [8, 1, 1])[0], procedure.id)
                count(Counted.VISIT_FINISHED)
                faces = [Counted.RATED_GOOD, Counted.RATED_FAIR, Counted.RATED_BAD]
                faces += [Counted.RATING_SKIPPED]
                count(chance.choices(faces, [50, 10, 3, 40])[0])
                count(Counted.SLIP_PRINTED if chance.random() < 0.97 else Counted.SLIP_FAILED)
            if chance.random() < 0.1:
                count(Counted.STAFF_CALLED, procedure.id)
                end = chance.choice((*ANSWERS[:4], Counted.CALL_CANCELLED, Counted.CALL_MISSED))
                count(end)
                if end in ANSWERS:
                    count(Counted.STAFF_ANSWERED)
    return counts


def fill(path: Path, counts: Counter[Key]) -> None:
    """Put them into a usage log, as if they had been counted."""
    SqliteUsageLog(path).close()
    with closing(sqlite3.connect(path)) as log:
        rows = [(*key, n) for key, n in counts.items()]
        log.executemany("INSERT INTO counters VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        log.commit()
