// What lies on top: a message, the idle question, the PIN pad, the staff sheet.
import QtQuick
import "pieces"

Item {
    id: root
    property var overlay: null
    property bool isCovered: false   // by the dark of a visit by ear
    visible: overlay !== null && !isCovered

    Rectangle { anchors.fill: parent; color: Theme.veil }
    MouseArea { anchors.fill: parent } // nothing below can be touched

    Rectangle {
        id: sheet
        readonly property real most: root.height - 2 * Theme.gapLarge
        width: Math.min(root.width - 2 * Theme.edge, Theme.px(Theme.isPortrait ? 968 : 1200))
        height: Math.min(most, content.item ? content.item.implicitHeight + 2 * Theme.px(48) : 0)
        x: (root.width - width) / 2
        y: Theme.isPortrait ? Math.max(Theme.gapLarge, Math.min((root.height - height) * 0.62, root.height - height - Theme.gapLarge))
                            : (root.height - height) / 2
        radius: Theme.radius
        color: Theme.paper

        Loader {
            id: content
            anchors { fill: parent; margins: Theme.px(48) }
            readonly property var shown: root.overlay
            source: shown === null ? "" : "screens/" + shown.kind + ".qml"
        }
    }
}
