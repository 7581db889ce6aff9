"""Reads sentences aloud, one after the other, and stops at once when told to.

Runs on the conductor's thread. Sentences that are fixed can be rendered ahead; only those
are kept, by text, voice and rate. What a citizen said is never among them.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.ports import Loudspeaker, Speaker
from kiosk.speech.reports import Sound, SoundEnd, SoundFailed, SpeakerReport

KEPT_BYTES = 24 * 1024 * 1024
"""Sound that is kept: some nine minutes at 22,050 samples a second."""

PAUSE_SECONDS = 0.18
"""Silence between two sentences."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as the voice says it."""

    text: str
    voice: str
    rate: int
    """Words a minute."""
    is_fixed: bool = True
    """It comes from a script or the words files, and may be kept; a citizen's words may not."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    pcm: bytes
    hertz: int


class Mouth:
    """The kiosk's voice."""

    def __init__(self, *, speaker: Speaker, loudspeaker: Loudspeaker) -> None:
        """Make it, silent.

        Args:
            speaker: renders a sentence.
            loudspeaker: plays it.
        """
        self._speaker = speaker
        self._loudspeaker = loudspeaker
        self._began: Callable[[], None] = _nobody_waits
        self._ended: Callable[[bool], None] = _nobody_waits
        self._failed: Callable[[], None] = _nobody_waits
        self._kept: OrderedDict[Line, _Rendered] = OrderedDict()
        self._kept_bytes = 0
        self._number = 0
        """Rises with each thing to say and each line: late sound is dropped."""
        self._saying: int | None = None
        """The number under which the loudspeaker plays; None: silent."""
        self._lines: deque[Line] = deque()
        self._ahead: deque[Line] = deque()
        """What may be rendered when there is nothing to say."""
        self._line: Line | None = None
        """The line that is being rendered."""
        self._is_early = False
        """It is rendered ahead; nobody is to hear it now."""
        self._line_number = 0
        self._sound = bytearray()
        """Of the line that is being rendered."""
        self._hertz = 0
        self._has_sounded = False

    def join(
        self,
        *,
        began: Callable[[], None],
        ended: Callable[[bool], None],
        failed: Callable[[], None],
    ) -> None:
        """Say who is to know.

        Args:
            began: called when the first sound of what is to be said is played.
            ended: called when the voice is silent again: True, everything was said.
            failed: called when nothing could be rendered.
        """
        self._began, self._ended, self._failed = began, ended, failed

    @property
    def is_speaking(self) -> bool:
        """Whether something is being said."""
        return self._saying is not None

    def say(self, lines: Iterable[Line]) -> None:
        """Say these, and no more what was being said."""
        self.hush()
        self._lines = deque(lines)
        if not self._lines:
            return
        self._number += 1
        self._saying = self._number
        self._has_sounded = False
        self._next()

    def hush(self) -> None:
        """Be silent within 50 ms."""
        if self._saying is None:
            return
        self._saying = None
        self._lines.clear()
        self._loudspeaker.stop()
        if not self._is_early:
            self._drop_line()
        self._ended(False)
        self._next()

    def prepare(self, lines: Iterable[Line]) -> None:
        """Render these while there is nothing to say, and keep them."""
        waiting = set(self._ahead)
        self._ahead.extend(one for one in lines if one not in self._kept and one not in waiting)
        if self._saying is None and self._line is None:
            self._next()

    def forget(self) -> None:
        """The visit is over: be silent; what is kept is fixed sentences only."""
        self.hush()
        self._ahead.clear()

    def played(self, number: int) -> None:
        """The loudspeaker has played all of `number`."""
        if number == self._saying:
            self._saying = None
            self._ended(True)
            self._next()

    def take(self, report: SpeakerReport) -> None:
        """What the speaker reports; on the conductor's thread."""
        if self._line is None or report.number != self._line_number:
            return
        line = self._line
        match report:
            case Sound(_, pcm, hertz):
                self._hertz = hertz
                if line.is_fixed:
                    self._sound += pcm
                if not self._is_early:
                    self._play(pcm, hertz)
            case SoundEnd():
                self._line = None
                if line.is_fixed:
                    self._keep(line, _Rendered(bytes(self._sound), self._hertz))
                self._sound.clear()
                if not self._is_early:
                    self._pause(self._hertz)
                    self._next()
                elif self._saying is None:
                    self._next()
            case SoundFailed():
                self._line = None
                self._sound.clear()
                self._ahead.clear()
                if not self._is_early:
                    self.hush()
                    self._failed()

    def _next(self) -> None:
        """Go on: with what is to be said, else with what may be rendered ahead."""
        while self._saying is not None and self._lines:
            line = self._lines.popleft()
            kept = self._kept.get(line)
            if kept is None:
                self._render(line)
                return
            self._kept.move_to_end(line)
            self._play(kept.pcm, kept.hertz)
            self._pause(kept.hertz)
        if self._saying is not None:
            self._loudspeaker.finish(self._saying)
        elif self._line is None:
            self._render_ahead()

    def _render_ahead(self) -> None:
        while self._ahead:
            line = self._ahead.popleft()
            if line not in self._kept:
                self._render(line, is_early=True)
                return

    def _render(self, line: Line, *, is_early: bool = False) -> None:
        if self._line is not None and self._is_early:
            self._ahead.appendleft(self._line)  # its turn comes again
        self._drop_line()
        self._number += 1
        self._is_early = is_early
        self._line, self._line_number = line, self._number
        self._speaker.speak(self._line_number, line.text, voice=line.voice, rate=line.rate)

    def _drop_line(self) -> None:
        if self._line is not None:
            self._line = None
            self._sound.clear()
            self._speaker.stop()

    def _play(self, pcm: bytes, hertz: int) -> None:
        assert self._saying is not None
        self._loudspeaker.play(self._saying, pcm, hertz)
        if not self._has_sounded:
            self._has_sounded = True
            self._began()

    def _pause(self, hertz: int) -> None:
        assert self._saying is not None
        self._loudspeaker.play(self._saying, bytes(2 * int(hertz * PAUSE_SECONDS)), hertz)

    def _keep(self, line: Line, rendered: _Rendered) -> None:
        if not rendered.pcm:
            return
        old = self._kept.pop(line, None)
        self._kept_bytes += len(rendered.pcm) - (len(old.pcm) if old else 0)
        self._kept[line] = rendered
        while self._kept_bytes > KEPT_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.pcm)


def _nobody_waits(*_: object) -> None:
    """Before `join` nobody is to know."""
