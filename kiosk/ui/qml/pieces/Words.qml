// Text as this kiosk sets it: wrapped, never cut, room for stacked marks.
import QtQuick
import ".."

Text {
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: Theme.body
    font.weight: Theme.regular
    wrapMode: Text.Wrap
    lineHeight: Theme.lineHeight
    textFormat: Text.PlainText
    visible: text !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
