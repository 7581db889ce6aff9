// How loud it is at the microphone: bars that grow from the middle with the voice.
import QtQuick
import ".."

Row {
    id: root
    readonly property int bars: 9
    readonly property real level: kiosk.level
    height: Theme.px(20)
    spacing: (width - bars * Theme.px(14)) / (bars - 1)
    Repeater {
        model: root.bars
        Rectangle {
            required property int index
            readonly property real distance: Math.abs(index - (root.bars - 1) / 2) / root.bars
            width: Theme.px(14)
            height: Theme.px(6) + Math.max(0, Math.min(1, root.level * 1.6 - distance)) * Theme.px(14)
            anchors.verticalCenter: parent.verticalCenter
            radius: width / 2
            color: Theme.gold
        }
    }
}
