// Darkness over all but the dock, for a visit by ear alone: nearly all of it is the microphone.
import QtQuick
import "pieces"

Rectangle {
    id: root
    property var curtain: null
    visible: curtain !== null
    color: Theme.codeDark

    Plate {
        anchors { fill: parent; margins: Theme.edge; bottomMargin: light.height + 2 * Theme.edge }
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
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: Theme.edge }
        button: root.curtain ? root.curtain.light : null
        minimumHeight: Theme.touchLarge
        color: "transparent"
        border.color: Theme.inkSoft
        front: Theme.inkOnLotus
    }
}
