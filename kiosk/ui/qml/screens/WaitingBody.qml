// Nobody is here: greeting, what the ward tells everybody, how people ask, one large button.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    readonly property var examples: shown ? shown.examples : []
    readonly property bool hasNotices: shown ? shown.notices.length > 0 : false
    readonly property real examplesFrom: notices.y + notices.height + Theme.gapLarge
        + (Theme.isPortrait && allNotices.visible ? allNotices.height + Theme.gap : 0)
    readonly property int roomFor: !hasNotices ? 3
        : Math.max(0, Math.floor((start.y - Theme.gapLarge - examplesFrom + Theme.gap) / (Theme.touchLarge + Theme.gap)))
    readonly property int shownAtOnce: Math.min(3, roomFor, examples.length)
    property int first: 0

    MouseArea { // anywhere starts a visit
        anchors.fill: parent
        onClicked: if (root.shown) kiosk.tap(kiosk.screen.serial, root.shown.start.tap)
    }

    Picture {
        anchors { right: parent.right; rightMargin: -Theme.px(60) }
        y: Theme.isPortrait ? Theme.px(10) : root.height - height - Theme.px(240)
        visible: Theme.isPortrait
        name: "lotus"
        colour: Theme.lotusTint
        size: Theme.px(620)
    }

    Column {
        id: greeting
        width: Theme.isPortrait ? parent.width : parent.width * 0.5 - Theme.gapLarge
        y: Theme.isPortrait ? Theme.px(root.hasNotices ? 24 : 150) : Theme.px(root.hasNotices ? 16 : 40)
        spacing: Theme.gapLarge
        Rectangle { width: Theme.px(150); height: Theme.px(10); radius: height / 2; color: Theme.gold }
        Words {
            width: parent.width
            text: root.shown ? root.shown.greeting : ""
            font.pixelSize: Theme.isPortrait ? Theme.display : root.hasNotices ? Theme.heading : Theme.px(72)
            font.weight: Theme.heavy
            lineHeight: Theme.tightLineHeight
        }
        Words {
            width: parent.width
            text: root.shown ? root.shown.hint : ""
            color: Theme.inkSoft
            font.pixelSize: Theme.large
        }
    }

    Notices {
        id: notices
        anchors.right: parent.right
        y: Theme.isPortrait ? greeting.y + greeting.height + Theme.gapLarge : Theme.gapSmall
        width: Theme.isPortrait ? parent.width : parent.width * 0.48
        room: start.y - Theme.gapLarge - y
        roomBelow: Theme.isPortrait ? Theme.gap + Theme.touch : 0
        notices: root.shown ? root.shown.notices : []
    }
    Plate { // in landscape where there is room: below the greeting
        id: allNotices
        x: 0
        y: Theme.isPortrait ? notices.y + notices.height + Theme.gap : start.y - Theme.gapLarge - height
        width: greeting.width
        visible: !notices.isWhole
        button: root.shown ? root.shown.allNotices : null
        labelSize: Theme.note
    }

    Column {
        id: cards
        anchors.right: parent.right
        y: Theme.isPortrait ? start.y - height - Theme.gapLarge : root.hasNotices ? root.examplesFrom : Theme.px(90)
        width: Theme.isPortrait ? parent.width : parent.width * 0.48
        spacing: Theme.gap
        Repeater {
            model: root.shownAtOnce
            Plate {
                required property int index
                width: cards.width
                button: root.examples[(root.first + index) % root.examples.length]
                isCentred: false
                minimumHeight: Theme.touchLarge
                labelSize: Theme.large
                front: Theme.lotus
                border.color: Theme.line
            }
        }
        opacity: turning.running ? 0.001 : 1
        Behavior on opacity { NumberAnimation { duration: Theme.fade } }
    }
    Timer { id: turning; interval: Math.max(1, Theme.fade); onTriggered: root.first = (root.first + root.shownAtOnce) % Math.max(1, root.examples.length) }
    Timer {
        interval: Theme.exampleStays
        repeat: true
        running: root.examples.length > root.shownAtOnce && root.shownAtOnce > 0 && !Theme.reduceMotion
        onTriggered: turning.start()
    }

    Plate {
        id: start
        anchors { left: parent.left; right: parent.right; bottom: privacy.top; bottomMargin: Theme.gapLarge }
        button: root.shown ? root.shown.start : null
        minimumHeight: Theme.touchHuge
        labelSize: Theme.title
        pictureSize: Theme.iconLarge
    }
    Words {
        id: privacy
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.gapSmall }
        text: root.shown ? (root.shown.trouble !== "" ? root.shown.trouble + "\n" : "") + root.shown.privacy : ""
        color: root.shown && root.shown.trouble !== "" ? Theme.alert : Theme.inkSoft
        font.pixelSize: Theme.note
    }
}
