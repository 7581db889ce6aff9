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
                visible: text !== ""
            }
            Repeater {
                model: root.shown ? root.shown.facts : []
                Column {
                    id: fact
                    required property var modelData
                    width: column.width
                    spacing: Theme.gapSmall
                    Words {
                        width: parent.width
                        text: fact.modelData.label
                        visible: text !== ""
                        color: Theme.inkSoft
                        font.pixelSize: Theme.note
                    }
                    Repeater {
                        model: fact.modelData.lines
                        Words {
                            required property string modelData
                            width: fact.width
                            text: fact.modelData.lines.length > 1 ? "• " + modelData : modelData
                            font.weight: Theme.strong
                        }
                    }
                    Words {
                        width: parent.width
                        text: fact.modelData.note
                        visible: text !== ""
                        font.pixelSize: Theme.note
                    }
                }
            }
            Words {
                width: parent.width
                text: root.shown ? root.shown.source : ""
                visible: text !== ""
                color: Theme.inkSoft
                font.pixelSize: Theme.note
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
