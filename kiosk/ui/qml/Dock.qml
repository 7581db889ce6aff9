// Always the same three: an officer, the ear, hear again. Across the foot, or down the side.
import QtQuick
import "pieces"

Rectangle {
    id: root
    property var callButton: null
    readonly property var sound: kiosk.sound
    readonly property bool isListening: (sound.ear ?? null) !== null && sound.ear.state !== "taken"
    color: Theme.card

    Rectangle {
        width: Theme.isPortrait ? parent.width : Theme.stroke
        height: Theme.isPortrait ? Theme.stroke : parent.height
        color: Theme.line
    }

    readonly property real side: Theme.isPortrait ? Theme.px(300) : width - 2 * Theme.gap
    readonly property real tall: Theme.isPortrait ? Theme.px(172) : Theme.px(216)

    Plate {
        id: call
        x: Theme.isPortrait ? Theme.edge : Theme.gap
        y: Theme.isPortrait ? (root.height - height) / 2 : Theme.gapLarge
        width: root.side
        height: root.tall
        button: root.callButton
        isStacked: true
        pictureSize: Theme.icon
        color: isOn ? Theme.alertBand : Theme.goldTint
        border.color: Theme.gold
        labelSize: Theme.note
        sidePadding: Theme.gapSmall
    }
    Plate {
        id: microphone
        x: (root.width - width) / 2
        y: (root.height - height) / 2
        width: Theme.isPortrait ? Theme.px(300) : root.side
        height: root.tall
        serial: root.sound.serial ?? 0
        button: root.sound.microphone ?? null
        isStacked: true
        isFramed: false
        pictureSize: Theme.icon
        labelSize: Theme.note
        sidePadding: Theme.gapSmall
        border.width: root.isListening ? 2 * Theme.stroke : 0
        border.color: Theme.gold
        Level {
            anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: Theme.px(10) }
            width: parent.width - 2 * Theme.padding
            visible: root.isListening
        }
    }
    Plate {
        x: Theme.isPortrait ? root.width - width - Theme.edge : Theme.gap
        y: Theme.isPortrait ? (root.height - height) / 2 : root.height - height - Theme.gapLarge
        width: root.side
        height: root.tall
        serial: root.sound.serial ?? 0
        button: root.sound.hear ?? null
        isStacked: true
        isFramed: false
        color: isOn ? Theme.lotus : Theme.lotusTint
        pictureSize: Theme.icon
        labelSize: Theme.note
        sidePadding: Theme.gapSmall
    }
}
