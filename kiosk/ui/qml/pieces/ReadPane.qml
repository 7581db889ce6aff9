// A pane to read: scrolls by finger, and by one large button when there is more below.
import QtQuick
import ".."

Item {
    id: pane
    default property alias content: column.data
    property alias spacing: column.spacing
    readonly property bool hasMore: column.implicitHeight > height + 1
    property string page                  // what is read: a new page begins at its top
    onPageChanged: flick.contentY = 0
    readonly property real needed: column.implicitHeight
    readonly property bool isAtEnd: flick.contentY >= flick.contentHeight - flick.height - Theme.px(8)

    Flickable {
        id: flick
        width: parent.width
        height: pane.hasMore ? parent.height - more.height - Theme.gapSmall : parent.height
        clip: true
        contentWidth: width
        contentHeight: column.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        flickDeceleration: 6000
        Column {
            id: column
            width: flick.width
            spacing: Theme.gap
        }
    }
    Rectangle { // what goes on below fades out instead of being cut
        anchors { left: parent.left; right: parent.right; bottom: flick.bottom }
        visible: pane.hasMore && !pane.isAtEnd
        height: Theme.px(48)
        gradient: Gradient {
            GradientStop { position: 0; color: "transparent" }
            GradientStop { position: 1; color: Theme.paper }
        }
    }
    Rectangle {
        id: more
        objectName: "button"
        readonly property bool canTap: true
        readonly property bool isMore: true
        readonly property string label: pane.isAtEnd ? kiosk.screen.top ?? "" : kiosk.screen.more ?? ""
        visible: pane.hasMore
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.touch
        radius: Theme.radius
        color: area.pressed ? Theme.lotus : Theme.lotusTint
        Accessible.role: Accessible.Button
        Accessible.name: label
        Accessible.onPressAction: turn()
        function turn() {
            const last = Math.max(0, flick.contentHeight - flick.height)
            flick.contentY = pane.isAtEnd ? 0 : Math.min(last, flick.contentY + flick.height * 0.85)
        }
        Row {
            id: moreRow
            anchors.centerIn: parent
            spacing: Theme.gapSmall
            Words {
                text: more.label
                color: Theme.lotus
                font.weight: Theme.strong
                Accessible.ignored: true
            }
            Picture {
                anchors.verticalCenter: parent.verticalCenter
                name: "down"
                colour: Theme.lotus
                size: Theme.iconSmall
                rotation: pane.isAtEnd ? 180 : 0
            }
        }
        MouseArea { id: area; anchors.fill: parent; onClicked: more.turn() }
    }
}
