// Always the same three: an officer, the ear, hear again. Across the foot, or down the side.
import QtQuick
import "pieces"

Rectangle {
    id: root
    property var dock: null
    color: Theme.card

    Rectangle {
        width: Theme.isPortrait ? parent.width : Theme.stroke
        height: Theme.isPortrait ? Theme.stroke : parent.height
        color: Theme.line
    }

    readonly property real side: Theme.isPortrait ? Theme.px(300) : width - 2 * Theme.gap
    readonly property real tall: Theme.isPortrait ? Theme.px(172) : Theme.px(216)

    Plate {
        id: call
        x: Theme.isPortrait ? Theme.edge : Theme.gap
        y: Theme.isPortrait ? (root.height - height) / 2 : Theme.gapLarge
        width: root.side
        height: root.tall
        button: root.dock ? root.dock.call : null
        isStacked: true
        pictureSize: Theme.icon
        color: isOn ? Theme.alertBand : Theme.goldTint
        border.color: Theme.gold
        labelSize: Theme.note
        sidePadding: Theme.gapSmall
    }
    Plate {
        x: (root.width - width) / 2
        y: (root.height - height) / 2
        width: Theme.isPortrait ? Theme.px(300) : root.side
        height: root.tall
        button: root.dock ? root.dock.microphone : null
        isStacked: true
        isFramed: false
        color: Theme.lotusTint
        pictureSize: Theme.icon
        labelSize: Theme.note
        sidePadding: Theme.gapSmall
    }
    Plate {
        x: Theme.isPortrait ? root.width - width - Theme.edge : Theme.gap
        y: Theme.isPortrait ? (root.height - height) / 2 : root.height - height - Theme.gapLarge
        width: root.side
        height: root.tall
        button: root.dock ? root.dock.hear : null
        isStacked: true
        isFramed: false
        color: Theme.lotusTint
        pictureSize: Theme.icon
        labelSize: Theme.note
        sidePadding: Theme.gapSmall
    }
}
