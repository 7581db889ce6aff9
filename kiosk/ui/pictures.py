"""Pictures that QML asks for: coloured pictograms and QR codes."""

from functools import lru_cache
from pathlib import Path

import segno
from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).with_name("qml") / "icons"
QUIET_ZONE_MODULES = 4
"""White modules around a QR code, as its standard asks."""


class Pictograms(QQuickImageProvider):
    """`image://icon/NAME/RRGGBB`: a pictogram in the colour of its place."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(  # noqa: N802 - Qt's naming
        self,
        id: str,  # noqa: A002 - Qt's names, here and below
        size: QSize,  # noqa: ARG002
        requestedSize: QSize,  # noqa: N803
    ) -> QImage:
        """Draw the pictogram at the size that is asked for."""
        name, _, colour = id.partition("/")
        wanted = requestedSize if not requestedSize.isEmpty() else QSize(96, 96)
        return _pictogram(name, colour, wanted.width(), wanted.height())


@lru_cache(maxsize=200)
def _pictogram(name: str, colour: str, width: int, height: int) -> QImage:
    """Drawn once a size and colour: a screen of tiles must not draw ten of them again."""
    picture = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    source = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(source.replace("currentColor", f"#{colour}").encode())).render(painter)
    painter.end()
    return picture


@lru_cache(maxsize=16)
def qr_picture(link: str) -> str:
    """A QR code as a data address for an Image: one pixel a module, quiet zone included."""
    code = segno.make(link, error="m", micro=False)
    return code.png_data_uri(scale=1, border=QUIET_ZONE_MODULES)
