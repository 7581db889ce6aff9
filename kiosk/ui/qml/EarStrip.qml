// What is being heard, or what was heard last and can be taken back.
import QtQuick
import "pieces"

Rectangle {
    id: root
    readonly property var ear: kiosk.sound.ear ?? null
    readonly property bool isTaken: ear !== null && ear.state === "taken"
    readonly property real least: Theme.touch + (Theme.isPortrait ? 2 : 1) * Theme.gapSmall

    visible: ear !== null
    height: visible ? Math.max(least, words.implicitHeight + 2 * Theme.px(12)) : 0
    radius: Theme.radius
    color: isTaken ? Theme.goldTint : Theme.lotus
    border.width: isTaken ? Theme.stroke : 0
    border.color: Theme.gold

    Picture {
        id: picture
        anchors { left: parent.left; leftMargin: Theme.padding; verticalCenter: parent.verticalCenter }
        name: "microphone"
        colour: root.isTaken ? Theme.lotus : Theme.inkOnLotus
        size: Theme.icon
    }
    Column {
        id: words
        anchors { left: picture.right; leftMargin: Theme.gap; right: action.visible ? action.left : parent.right
                  rightMargin: Theme.gap; verticalCenter: parent.verticalCenter }
        Words {
            width: parent.width
            visible: Theme.isPortrait || !root.isTaken // two lines must do there
            text: root.ear ? root.ear.title : ""
            color: root.isTaken ? Theme.inkSoft : Theme.inkOnLotus
            font.pixelSize: Theme.note
        }
        Words {
            objectName: "heard"
            width: parent.width
            text: root.ear ? root.ear.text : ""
            color: root.isTaken ? Theme.ink : Theme.inkOnLotus
            font.weight: Theme.strong
            lineHeight: Theme.tightLineHeight
            font.pixelSize: Theme.isPortrait ? Theme.body : Theme.note
            maximumLineCount: Theme.isPortrait || root.isTaken ? 2 : 1
            elide: Text.ElideLeft
        }
    }
    Plate {
        id: action
        anchors { right: parent.right; rightMargin: Theme.isPortrait ? Theme.gapSmall : Theme.px(8); verticalCenter: parent.verticalCenter }
        serial: kiosk.sound.serial ?? 0
        button: root.ear ? root.ear.button : null
        height: Theme.touch
        labelSize: Theme.note
    }
}
