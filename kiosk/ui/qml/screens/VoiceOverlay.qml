// How the kiosk speaks: pace, loudness, not at all, or with a dark screen.
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
            Repeater {
                model: root.shown ? root.shown.rows : []
                Column {
                    id: row
                    required property var modelData
                    width: column.width
                    spacing: Theme.gapSmall
                    Words { width: parent.width; text: row.modelData.title; color: Theme.inkSoft; font.pixelSize: Theme.note }
                    Row {
                        width: parent.width
                        spacing: Theme.gap
                        Repeater {
                            model: row.modelData.buttons
                            Plate {
                                required property var modelData
                                width: (row.width - 2 * Theme.gap) / 3
                                height: Theme.touch
                                button: modelData
                            }
                        }
                    }
                }
            }
            Grid {
                id: grid
                width: parent.width
                spacing: Theme.gap
                columns: Theme.isPortrait ? 1 : 2
                Repeater {
                    model: root.shown ? root.shown.buttons : []
                    Plate {
                        required property var modelData
                        width: (grid.width - (grid.columns - 1) * grid.spacing) / grid.columns
                        height: Math.max(implicitHeight, Theme.px(136))
                        button: modelData
                        isCentred: false
                    }
                }
            }
            Plate {
                width: parent.width
                minimumHeight: Theme.px(112)
                button: root.shown ? root.shown.close : null
            }
        }
    }
}
