// A pane to read: scrolls by finger, and by one large button when there is more below.
import QtQuick
import ".."

Item {
    id: pane
    default property alias content: column.data
    property alias spacing: column.spacing
    property string moreLabel
    readonly property bool hasMore: column.implicitHeight > flick.height + 1
    readonly property bool isAtEnd: flick.contentY >= flick.contentHeight - flick.height - Theme.px(8)

    clip: true
    Flickable {
        id: flick
        anchors.fill: parent
        contentWidth: width
        contentHeight: column.implicitHeight + (pane.hasMore ? Theme.touch + Theme.gap : 0)
        boundsBehavior: Flickable.StopAtBounds
        flickDeceleration: 6000
        Column {
            id: column
            width: flick.width
            spacing: Theme.gap
        }
    }
    Rectangle {
        id: more
        objectName: "button"
        readonly property bool canTap: true
        readonly property bool isMore: true
        readonly property string label: pane.moreLabel
        visible: pane.hasMore
        anchors { right: parent.right; bottom: parent.bottom; bottomMargin: Theme.px(4); rightMargin: Theme.px(4) }
        width: Math.min(parent.width, moreRow.implicitWidth + 2 * Theme.padding)
        height: Theme.touch
        radius: height / 2
        color: area.pressed ? Theme.lotusPressed : Theme.lotus
        Accessible.role: Accessible.Button
        Accessible.name: label
        Accessible.onPressAction: turn()
        function turn() {
            const last = Math.max(0, flick.contentHeight - flick.height)
            flick.contentY = pane.isAtEnd ? 0 : Math.min(last, flick.contentY + flick.height * 0.8)
        }
        Row {
            id: moreRow
            anchors.centerIn: parent
            spacing: Theme.gapSmall
            Words {
                text: more.label
                color: Theme.inkOnLotus
                font.weight: Theme.strong
                Accessible.ignored: true
            }
            Picture {
                anchors.verticalCenter: parent.verticalCenter
                name: "down"
                colour: Theme.inkOnLotus
                size: Theme.iconSmall
                rotation: pane.isAtEnd ? 180 : 0
            }
        }
        MouseArea { id: area; anchors.fill: parent; onClicked: more.turn() }
    }
}
