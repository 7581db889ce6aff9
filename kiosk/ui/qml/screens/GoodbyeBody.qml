// Three faces, and a wish.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null

    Picture {
        anchors { right: parent.right; rightMargin: -Theme.px(60) }
        y: Theme.px(60)
        visible: Theme.isPortrait
        name: "lotus"
        colour: Theme.lotusTint
        size: Theme.px(620)
    }
    Column {
        width: parent.width
        y: Theme.isPortrait ? Theme.px(220) : Theme.px(40)
        spacing: Theme.gapLarge
        Rectangle { width: Theme.px(150); height: Theme.px(10); radius: height / 2; color: Theme.gold }
        Words {
            width: parent.width
            text: root.shown ? root.shown.title : ""
            font.pixelSize: Theme.isPortrait ? Theme.display : Theme.heading
            font.weight: Theme.heavy
            lineHeight: Theme.tightLineHeight
        }
        Words {
            width: parent.width
            text: root.shown ? root.shown.question : ""
            font.pixelSize: Theme.title
        }
    }
    Column {
        anchors { left: parent.left; right: parent.right; bottom: skip.top; bottomMargin: Theme.gapLarge }
        spacing: Theme.gapLarge
        Row {
            id: faces
            readonly property int count: root.shown ? root.shown.faces.length : 0
            width: parent.width
            spacing: Theme.gap
            visible: count > 0
            Repeater {
                model: root.shown ? root.shown.faces : []
                Plate {
                    required property var modelData
                    width: (faces.width - (faces.count - 1) * faces.spacing) / Math.max(faces.count, 1)
                    height: Theme.px(Theme.isPortrait ? 330 : 300)
                    button: modelData
                    isStacked: true
                    labelSize: Theme.body
                    pictureSize: Theme.px(150)
                    sidePadding: Theme.gapSmall
                }
            }
        }
        Words {
            width: parent.width
            text: root.shown ? root.shown.hint : ""
            color: Theme.inkSoft
            font.pixelSize: Theme.body
            horizontalAlignment: Text.AlignHCenter
        }
    }
    Plate {
        id: skip
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.touchLarge
        button: root.shown ? root.shown.skip : null
    }
}
