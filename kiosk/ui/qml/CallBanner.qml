// An officer was called, or is coming: large enough to be seen from the counter.
import QtQuick
import "pieces"

Rectangle {
    id: root
    property var banner: null
    property bool isCovered: false   // by the ear, which has the same place in landscape

    visible: banner !== null && !isCovered
    height: visible ? Math.max(Theme.touch + (Theme.isPortrait ? 2 : 1) * Theme.gapSmall, words.implicitHeight + 2 * Theme.gap) : 0
    radius: Theme.radius
    color: banner && banner.isUrgent ? Theme.alertBand : Theme.lotus

    Picture {
        id: bell
        anchors { left: parent.left; leftMargin: Theme.padding; verticalCenter: parent.verticalCenter }
        name: "bell"
        colour: Theme.inkOnLotus
        size: Theme.isPortrait ? Theme.iconLarge : Theme.icon
    }
    Words {
        id: words
        anchors { left: bell.right; leftMargin: Theme.gap; right: action.left; rightMargin: Theme.gap
                  verticalCenter: parent.verticalCenter }
        text: root.banner ? root.banner.text : ""
        color: Theme.inkOnLotus
        font.weight: Theme.strong
        font.pixelSize: Theme.isPortrait ? Theme.body : Theme.note
        lineHeight: Theme.tightLineHeight
    }
    Plate {
        id: action
        anchors { right: parent.right; rightMargin: Theme.isPortrait ? Theme.gapSmall : Theme.px(8); verticalCenter: parent.verticalCenter }
        button: root.banner ? root.banner.button : null
        height: Theme.touch
        width: Math.min(implicitWidth, Theme.px(340))
        labelSize: Theme.note
    }
}
