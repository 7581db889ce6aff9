// Darkness over all but the dock, for a visit by ear alone: nearly all of it is the microphone.
import QtQuick
import "pieces"

Rectangle {
    id: root
    property var curtain: null
    property point roomUntil // what the dock leaves
    visible: curtain !== null
    color: Theme.codeDark

    MouseArea { anchors.fill: parent } // nothing below can be touched
    Plate {
        x: Theme.edge
        y: Theme.header
        width: root.roomUntil.x - 2 * Theme.edge
        height: light.y - Theme.gapLarge - y
        button: root.curtain ? root.curtain.speak : null
        isStacked: true
        color: "transparent"
        border.color: Theme.inkSoft
        front: Theme.inkOnLotus
        labelSize: Theme.title
        pictureSize: Theme.px(160)
    }
    Plate {
        id: light
        x: Theme.edge
        y: root.roomUntil.y - height - Theme.gapLarge
        width: root.roomUntil.x - 2 * Theme.edge
        button: root.curtain ? root.curtain.light : null
        minimumHeight: Theme.touchLarge
        color: "transparent"
        border.color: Theme.inkSoft
        front: Theme.inkOnLotus
    }
}
