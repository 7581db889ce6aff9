// Back, again, review: the same place on every screen.
import QtQuick
import ".."

Row {
    id: nav
    property var buttons: []

    spacing: Theme.gap
    height: Theme.touch
    Repeater {
        model: nav.buttons
        Plate {
            required property var modelData
            width: (nav.width - (nav.buttons.length - 1) * nav.spacing) / Math.max(nav.buttons.length, 1)
            height: nav.height
            button: modelData
        }
    }
}
