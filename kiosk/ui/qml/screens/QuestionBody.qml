// One decision: the question above, wide choices below within reach.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    readonly property bool hasSide: !Theme.isPortrait
    readonly property real side: hasSide ? width * 0.4 : width

    Path {
        id: path
        width: parent.width
        progress: root.shown ? root.shown.progress : null
        procedure: root.shown ? root.shown.procedure : ""
    }

    Column {
        id: asked
        anchors { top: path.bottom; topMargin: Theme.px(Theme.isPortrait ? 44 : 30); left: parent.left }
        width: root.side
        spacing: Theme.gap
        Words {
            width: parent.width
            text: root.shown ? root.shown.ask : ""
            font.pixelSize: Theme.heading
            font.weight: Theme.heavy
            lineHeight: Theme.tightLineHeight
        }
        Flow {
            width: parent.width
            spacing: Theme.gap
            Plate {
                button: root.shown ? root.shown.why : null
                radius: height / 2
                labelSize: Theme.note
            }
            Plate {
                button: root.shown ? root.shown.asides : null
                radius: height / 2
                labelSize: Theme.note
            }
        }
    }

    Rectangle { // the papers list grows as answers are given
        id: papers
        readonly property real room: (root.hasSide ? nav.y : choices.y) - Theme.gapLarge - y
        anchors { top: asked.bottom; topMargin: Theme.gapLarge; left: parent.left }
        width: root.side
        visible: root.shown ? root.shown.papers.length > 0 && room > Theme.px(150) : false
        height: Math.min(room, list.implicitHeight + 2 * Theme.gap)
        radius: Theme.radius
        color: Theme.lotusTint
        clip: true
        Column {
            id: list
            anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.gap; leftMargin: Theme.padding }
            spacing: Theme.px(6)
            property int hidden: 0
            function count_() {
                let left_out = 0
                for (const line of list.children) if (line.fits === false) left_out += 1
                hidden = left_out
            }
            Words {
                id: papersTitle
                width: parent.width
                text: root.shown ? root.shown.papersTitle : ""
                font.pixelSize: Theme.note
                font.weight: Theme.strong
                color: Theme.lotus
            }
            Repeater {
                model: root.shown ? root.shown.papers : []
                Words {
                    required property int index
                    required property string modelData
                    readonly property real bottom_: y + height + Theme.gap
                    width: list.width
                    text: "• " + modelData
                    font.pixelSize: Theme.note
                    // whole lines only; the last one that fits says how many more there are
                    readonly property bool isLast: index === root.shown.papers.length - 1
                    readonly property real nextBottom: bottom_ + (isLast ? 0 : font.pixelSize * 1.4)
                    readonly property bool fits: nextBottom <= papers.height
                    opacity: fits ? 1 : 0
                    onFitsChanged: list.count_()
                    Component.onCompleted: list.count_()
                }
            }
        }
    }

    Words {
        anchors { left: papers.left; leftMargin: Theme.padding; bottom: papers.bottom; bottomMargin: Theme.px(14) }
        visible: papers.visible && list.hidden > 0
        text: root.shown && list.hidden > 0 ? root.shown.morePapers[Math.min(list.hidden, root.shown.morePapers.length - 1)] : ""
        font.pixelSize: Theme.note
        color: Theme.lotus
    }

    Column {
        id: choices
        anchors { right: parent.right; bottom: nav.top; bottomMargin: Theme.gapLarge }
        width: root.hasSide ? parent.width - root.side - Theme.px(64) : parent.width
        spacing: Theme.gap
        Repeater {
            model: root.shown ? root.shown.choices : []
            Choice {
                required property var modelData
                width: choices.width
                button: modelData
            }
        }
    }

    Nav {
        id: nav
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        buttons: root.shown ? root.shown.nav : []
    }
}
