"""What is in use here has changed: who shows it from now on, and whom it has to be brought to.

A bundle lies in the state folder of this machine. Its own kiosk reads it there; a kiosk that is
watched from here, but is another machine, has no way to it.
"""

from kiosk.command import ReloadWanted
from kiosk.console.web import Visit


def have_it_shown(visit: Visit) -> tuple[str, ...]:
    """Have the kiosk of this machine read what is current, between two visits.

    Returns:
        The names of the others.
    """
    kiosks = visit.console.kiosks
    for one in kiosks.standings():
        if kiosks.is_here(one.kiosk):
            kiosks.send(one.kiosk, ReloadWanted())
    return others(visit)


def others(visit: Visit) -> tuple[str, ...]:
    """The names of the kiosks that are other machines."""
    kiosks = visit.console.kiosks
    return tuple(one.name for one in kiosks.standings() if not kiosks.is_here(one.kiosk))


def with_others(visit: Visit, said: str, names: tuple[str, ...], key: str) -> str:
    """What was done, and what is left to do for the others.

    Args:
        visit: who did it.
        said: what was done here.
        names: of the others.
        key: of the sentence that names them.
    """
    return f"{said} {visit.say(key, names=', '.join(names))}" if names else said
