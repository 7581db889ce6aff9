// One answer: a wide card with a label, a note and an arrow.
import QtQuick
import ".."

Plate {
    id: choice
    isCentred: false
    labelSize: Theme.large
    minimumHeight: Theme.touchLarge
    sidePadding: Theme.px(40)
    asideWidth: Theme.px(60)

    Picture {
        anchors { right: parent.right; rightMargin: Theme.px(36); verticalCenter: parent.verticalCenter }
        name: "forward"
        size: Theme.iconSmall
        colour: choice.isOn ? Theme.inkOnLotus : Theme.lotus
        z: 1
    }
}
