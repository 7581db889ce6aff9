// All answers, each with its own "change".
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null

    Path {
        id: path
        width: parent.width
        progress: root.shown ? root.shown.progress : null
        procedure: root.shown ? root.shown.procedure : ""
    }
    Words {
        id: heading
        anchors { top: path.bottom; topMargin: Theme.px(Theme.isPortrait ? 44 : 20) }
        width: parent.width
        text: root.shown ? root.shown.title : ""
        font.pixelSize: Theme.heading
        font.weight: Theme.heavy
        lineHeight: Theme.tightLineHeight
    }
    ReadPane {
        id: pane
        readonly property real least: heading.y + heading.height + Theme.gapLarge
        y: Theme.isPortrait ? Math.max(least, confirm.y - Theme.gapLarge - needed) : least
        height: confirm.y - Theme.gapLarge - y
        width: parent.width
        Grid {
            id: rows
            width: pane.width
            columns: Theme.isPortrait ? 1 : 2
            spacing: Theme.gap
            Repeater {
                model: root.shown ? root.shown.rows : []
                Rectangle {
                    required property var modelData
                    width: (rows.width - (rows.columns - 1) * rows.spacing) / rows.columns
                    height: Math.max(Theme.touchLarge, said.implicitHeight + 2 * Theme.gapSmall)
                    radius: Theme.radius
                    color: Theme.card
                    border { width: Theme.stroke; color: Theme.line }
                    Column {
                        id: said
                        anchors { left: parent.left; leftMargin: Theme.padding; right: change.left; rightMargin: Theme.gap
                                  verticalCenter: parent.verticalCenter }
                        Words {
                            width: parent.width
                            text: modelData.question
                            color: Theme.inkSoft
                            font.pixelSize: Theme.note
                        }
                        Words {
                            width: parent.width
                            text: modelData.answer
                            font.pixelSize: Theme.large
                            font.weight: Theme.strong
                        }
                    }
                    Plate {
                        id: change
                        anchors { right: parent.right; rightMargin: Theme.gap; verticalCenter: parent.verticalCenter }
                        button: modelData.change
                        height: Theme.touch
                    }
                }
            }
        }
    }
    Plate {
        id: confirm
        anchors { left: parent.left; right: parent.right; bottom: nav.top; bottomMargin: Theme.gap }
        height: Theme.px(Theme.isPortrait ? 144 : 112)
        button: root.shown ? root.shown.confirm : null
        labelSize: Theme.title
    }
    Nav {
        id: nav
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        buttons: root.shown ? root.shown.nav : []
    }
}
