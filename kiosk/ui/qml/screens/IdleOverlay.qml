// Is somebody still here? A countdown that can be seen, and one large button.
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
        spacing: Theme.gapLarge
        Words {
            width: parent.width
            text: root.shown ? root.shown.title : ""
            font.pixelSize: Theme.heading
            font.weight: Theme.heavy
            horizontalAlignment: Text.AlignHCenter
        }
        Words {
            objectName: "countdown"
            width: parent.width
            text: root.shown ? root.shown.secondsLeft : ""
            font.pixelSize: Theme.px(180)
            font.weight: Theme.heavy
            color: Theme.lotus
            lineHeight: 1
            horizontalAlignment: Text.AlignHCenter
        }
        Rectangle {
            width: parent.width
            height: Theme.px(20)
            radius: height / 2
            color: Theme.line
            Rectangle {
                width: root.shown ? parent.width * Math.min(1, root.shown.secondsLeft / root.shown.secondsInAll) : 0
                height: parent.height
                radius: height / 2
                color: Theme.gold
            }
        }
        Words {
            width: parent.width
            text: root.shown ? root.shown.text : ""
            horizontalAlignment: Text.AlignHCenter
        }
        Plate {
            width: parent.width
            button: root.shown ? root.shown.stay : null
            minimumHeight: Theme.touchHuge
            labelSize: Theme.title
        }
    }
}
