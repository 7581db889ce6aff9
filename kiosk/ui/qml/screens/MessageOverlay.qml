// A few sentences, and what to tap next.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    implicitHeight: column.implicitHeight
    ReadPane {
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
            Repeater {
                model: root.shown ? root.shown.buttons : []
                Plate {
                    required property var modelData
                    width: column.width
                    button: modelData
                    minimumHeight: Theme.px(112)
                }
            }
        }
    }
}
