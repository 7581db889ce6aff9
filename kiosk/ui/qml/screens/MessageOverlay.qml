// A few sentences, and what to tap next.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    implicitHeight: column.implicitHeight
    ReadPane {
        page: root.shown ? root.shown.title : ""
        anchors.fill: parent
        Column {
            id: column
            width: root.width
            spacing: Theme.gap
            Words {
                width: parent.width
                text: root.shown ? root.shown.title : ""
                font.pixelSize: Theme.title
                font.weight: Theme.heavy
            }
            Words {
                width: parent.width
                text: root.shown ? root.shown.text : ""
                font.pixelSize: Theme.large
            }
            Words {
                width: parent.width
                text: root.shown ? root.shown.note : ""
                color: Theme.inkSoft
                font.pixelSize: Theme.note
            }
            Grid {
                id: buttons
                width: parent.width
                spacing: Theme.gap
                columns: !Theme.isPortrait && root.shown && root.shown.buttons.length > 3 ? 2 : 1
                Repeater {
                    model: root.shown ? root.shown.buttons : []
                    Plate {
                        required property var modelData
                        width: (buttons.width - (buttons.columns - 1) * buttons.spacing) / buttons.columns
                        height: Math.max(implicitHeight, Theme.px(buttons.columns > 1 ? 136 : 112))
                        button: modelData
                    }
                }
            }
        }
    }
}
