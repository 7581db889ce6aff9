// The PIN pad: dots for digits, twelve large keys.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    implicitHeight: column.implicitHeight
    Column {
        id: column
        width: parent.width
        spacing: Theme.gap
        Words {
            width: parent.width
            text: root.shown ? root.shown.title : ""
            font.pixelSize: Theme.title
            font.weight: Theme.heavy
            horizontalAlignment: Text.AlignHCenter
        }
        Words {
            width: parent.width
            text: root.shown ? (root.shown.refusal !== "" ? root.shown.refusal : root.shown.text) : ""
            color: root.shown && root.shown.refusal !== "" ? Theme.alert : Theme.inkSoft
            font.weight: root.shown && root.shown.refusal !== "" ? Theme.strong : Theme.regular
            font.pixelSize: Theme.note
            horizontalAlignment: Text.AlignHCenter
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.gap
            Repeater {
                model: root.shown ? Math.max(root.shown.digitsInAll, root.shown.digits) : 0
                Rectangle {
                    required property int index
                    width: Theme.px(36)
                    height: width
                    radius: width / 2
                    color: root.shown && index < root.shown.digits ? Theme.lotus : Theme.card
                    border { width: Theme.stroke; color: Theme.lotus }
                }
            }
        }
        Grid {
            id: keys
            anchors.horizontalCenter: parent.horizontalCenter
            columns: 3
            spacing: Theme.gap
            readonly property real tall: Theme.px(Theme.isPortrait ? 140 : 112)
            Repeater {
                model: root.shown ? root.shown.keys : []
                Plate {
                    required property var modelData
                    width: Theme.px(Theme.isPortrait ? 270 : 250)
                    height: keys.tall
                    button: modelData
                    labelSize: modelData.icon === "" ? Theme.title : Theme.note
                    sidePadding: Theme.gapSmall
                }
            }
        }
        Plate {
            anchors.horizontalCenter: parent.horizontalCenter
            width: keys.width
            button: root.shown ? root.shown.close : null
        }
    }
}
