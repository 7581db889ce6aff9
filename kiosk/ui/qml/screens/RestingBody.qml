// Staff have locked the kiosk: a calm page, and the officer.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null

    Picture {
        anchors { right: parent.right; rightMargin: -Theme.px(60) }
        y: Theme.px(10)
        visible: Theme.isPortrait
        name: "lotus"
        colour: Theme.lotusTint
        size: Theme.px(620)
    }

    Column {
        id: told
        width: Theme.isPortrait ? parent.width : parent.width * 0.7
        y: Theme.isPortrait ? Theme.px(notices.visible ? 60 : 300) : Theme.px(60)
        spacing: Theme.gapLarge
        Rectangle { width: Theme.px(150); height: Theme.px(10); radius: height / 2; color: Theme.gold }
        Words {
            width: parent.width
            text: root.shown ? root.shown.title : ""
            font.pixelSize: Theme.isPortrait ? Theme.display : Theme.px(72)
            font.weight: Theme.heavy
            lineHeight: Theme.tightLineHeight
        }
        Words {
            width: parent.width
            text: root.shown ? root.shown.text : ""
            color: Theme.inkSoft
            font.pixelSize: Theme.title
        }
    }

    Notices {
        id: notices
        y: told.y + told.height + Theme.gapLarge
        width: parent.width
        room: call.y - Theme.gapLarge - y
        roomBelow: Theme.isPortrait ? Theme.gap + Theme.touch : 0
        notices: root.shown ? root.shown.notices : []
    }
    Plate { // in landscape where there is room: beside the title
        x: Theme.isPortrait ? 0 : told.width + Theme.gap
        y: Theme.isPortrait ? notices.y + notices.height + Theme.gap : told.y
        width: parent.width - x
        visible: !notices.isWhole
        button: root.shown ? root.shown.allNotices : null
        labelSize: Theme.note
    }

    Plate {
        id: call
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.gapLarge }
        button: root.shown ? root.shown.call : null
        minimumHeight: Theme.touchHuge
        labelSize: Theme.title
        pictureSize: Theme.iconLarge
    }
}
