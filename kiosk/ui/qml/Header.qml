// Who runs this kiosk, the time, and the language switch.
import QtQuick
import "pieces"

Item {
    id: root
    property var header: null
    property bool isBannerHere: false   // in landscape the call for help stands in the header
    readonly property real languagesAt: languages.x
    readonly property real nameUntil: Theme.px(404) // in landscape, while something stands beside it
    readonly property real pill: Theme.px(Theme.isPortrait ? 22 : 32)

    Column {
        anchors { left: parent.left; leftMargin: Theme.edge; verticalCenter: parent.verticalCenter
                  right: languages.left; rightMargin: Theme.gap }
        readonly property real room: Theme.isPortrait || !root.isBannerHere ? width : Math.min(width, root.nameUntil - Theme.edge - Theme.gapSmall)
        Words {
            width: parent.room
            text: root.header ? root.header.ward : ""
            color: Theme.lotus
            font.weight: Theme.heavy
            font.pixelSize: text.length > 22 ? Theme.note : Theme.body
            maximumLineCount: 2
            elide: Text.ElideRight
        }
        Words {
            width: parent.room
            text: kiosk.clock
            color: Theme.inkSoft
            font.pixelSize: Theme.note
            maximumLineCount: 1
        }
    }
    Row {
        id: languages
        anchors { right: parent.right; rightMargin: Theme.edge; verticalCenter: parent.verticalCenter }
        spacing: Theme.isPortrait ? Theme.gapSmall : Theme.gap
        Plate {
            button: root.header ? root.header.voice : null
            height: Theme.touch
            radius: height / 2
            labelSize: Theme.note
            sidePadding: root.pill
        }
        Repeater {
            model: root.header ? root.header.languages : []
            Plate {
                required property var modelData
                button: modelData
                height: Theme.touch
                radius: height / 2
                labelSize: Theme.note
                sidePadding: root.pill
            }
        }
    }
}
