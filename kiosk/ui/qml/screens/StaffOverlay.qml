// The officer's page.
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
                text: root.shown ? root.shown.state : ""
            }
            Grid {
                id: grid
                width: parent.width
                columns: 2
                spacing: Theme.gap
                Repeater {
                    model: root.shown ? root.shown.buttons : []
                    Plate {
                        required property var modelData
                        width: (grid.width - grid.spacing) / 2
                        height: Theme.px(124)
                        button: modelData
                        isCentred: false
                    }
                }
            }
            Words {
                width: parent.width
                text: root.shown ? root.shown.result : ""
                color: Theme.lotus
                font.weight: Theme.strong
                font.pixelSize: Theme.note
            }
            Rectangle { width: parent.width; height: Theme.stroke; color: Theme.line }
            Words {
                width: parent.width
                text: root.shown ? root.shown.troublesTitle : ""
                font.weight: Theme.strong
                color: root.shown && root.shown.troubles.length > 0 ? Theme.alert : Theme.lotus
            }
            Repeater {
                model: root.shown ? root.shown.troubles : []
                Words {
                    required property string modelData
                    width: column.width
                    text: "• " + modelData
                    font.pixelSize: Theme.note
                }
            }
            Repeater {
                model: root.shown ? root.shown.console : []
                Words {
                    required property string modelData
                    width: column.width
                    text: modelData
                    font.pixelSize: Theme.note
                }
            }
            Words {
                width: parent.width
                text: root.shown ? root.shown.versions.join(" · ") : ""
                color: Theme.inkSoft
                font.pixelSize: Theme.note
            }
            Plate {
                width: parent.width
                button: root.shown ? root.shown.close : null
            }
        }
    }
}
