// What do you need? Tiles, or the search with its keyboard and what it found.
import QtQuick
import QtQuick.VirtualKeyboard
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    readonly property bool isTyping: parent ? parent.isTyping : false
    readonly property bool hasTiles: shown ? shown.tiles.length > 0 && !isTyping : false
    readonly property int columns: Theme.isPortrait ? 2 : 5
    readonly property bool hasField: hasTiles || isTyping || (shown ? shown.text !== "" : false)
    readonly property bool isListLow: !hasField // a life event's list stands within reach
    // above heading and hint where tiles stand below: little, while the ear is open
    readonly property real spare: field.y - heading.height - hint.height - 2 * Theme.gap

    Words {
        id: heading
        width: parent.width
        visible: text !== "" && !(root.isTyping && !Theme.isPortrait)
        y: root.hasTiles && Theme.isPortrait ? Math.max(Theme.gapSmall, Math.min(Theme.px(110), root.spare))
         : root.isListLow && Theme.isPortrait ? Theme.px(110) : Theme.gapSmall
        text: root.shown ? (root.isListLow ? root.shown.resultsTitle : root.shown.title) : ""
        font.pixelSize: (root.hasTiles || root.isListLow) && Theme.isPortrait ? Theme.display : Theme.heading
        font.weight: Theme.heavy
        lineHeight: Theme.tightLineHeight
    }

    Words {
        id: hint
        anchors { top: heading.bottom; topMargin: Theme.gap }
        visible: root.hasTiles && Theme.isPortrait && root.spare >= Theme.gapSmall
        width: parent.width
        text: root.shown ? root.shown.hint : ""
        color: Theme.inkSoft
        font.pixelSize: Theme.large
    }

    Rectangle {
        id: field
        visible: root.hasField
        width: parent.width
        height: Theme.touchLarge
        y: {
            if (!root.hasTiles) return heading.visible ? heading.y + heading.height + Theme.gap : 0
            return Theme.isPortrait ? tiles.y - height - Theme.gapLarge : heading.y + heading.height + Theme.gap
        }
        radius: Theme.radius
        color: Theme.card
        border.width: Theme.stroke
        border.color: input.activeFocus ? Theme.lotus : Theme.lineStrong

        Picture {
            id: glass
            anchors { left: parent.left; leftMargin: Theme.padding; verticalCenter: parent.verticalCenter }
            name: "search"
        }
        TextInput {
            id: input
            objectName: "search"
            anchors { left: glass.right; leftMargin: Theme.gap; right: clear.left; rightMargin: Theme.gap
                      verticalCenter: parent.verticalCenter }
            height: parent.height
            verticalAlignment: TextInput.AlignVCenter
            font.family: Theme.family
            font.pixelSize: Theme.large
            color: Theme.ink
            clip: true
            maximumLength: 120
            selectByMouse: false
            inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhSensitiveData | Qt.ImhNoAutoUppercase
            Accessible.role: Accessible.EditableText
            Accessible.name: root.shown ? root.shown.searchHint : ""
            readonly property string label: root.shown ? root.shown.searchHint : ""
            readonly property string asShown: root.shown ? root.shown.text : ""
            readonly property string whole: preeditText === "" ? text
                : text.slice(0, cursorPosition) + preeditText + text.slice(cursorPosition)
            onWholeChanged: if (whole !== asShown) kiosk.typed(whole)
            onAsShownChanged: if (asShown === "" && whole !== "") { Qt.inputMethod.reset(); text = "" }
            EnterKeyAction.actionId: EnterKeyAction.Search
            onAccepted: { kiosk.said(whole); focus = false; Qt.inputMethod.hide() }
            Component.onCompleted: text = asShown
        }
        Words {
            anchors { left: input.left; right: input.right; verticalCenter: parent.verticalCenter }
            visible: input.whole === ""
            text: root.shown ? root.shown.searchHint : ""
            color: Theme.inkSoft
            font.pixelSize: Theme.large
            maximumLineCount: 1
            elide: Text.ElideRight
            Accessible.ignored: true
        }
        Plate {
            id: clear
            anchors { right: parent.right; rightMargin: Theme.px(16); verticalCenter: parent.verticalCenter }
            visible: input.whole !== ""
            button: root.shown ? root.shown.clear : null
            height: Theme.touch
            width: visible ? implicitWidth : 0
            labelSize: Theme.note
            sidePadding: Theme.gap
            isFramed: false
            color: Theme.lotusTint
        }
        MouseArea {
            anchors { fill: parent; rightMargin: clear.visible ? clear.width + Theme.gap : 0 }
            onClicked: { input.forceActiveFocus(); Qt.inputMethod.show() }
        }
    }

    Grid {
        id: tiles
        anchors { bottom: nav.top; bottomMargin: Theme.gap }
        visible: root.hasTiles
        width: parent.width
        columns: root.columns
        spacing: Theme.gap
        readonly property int rows_: Math.ceil(10 / columns)
        readonly property real from: Theme.isPortrait ? root.height - rows_ * Theme.px(140) : field.y + field.height + Theme.gapLarge
        readonly property real tall: Theme.isPortrait ? Theme.px(140)
            : Math.min(Theme.px(240), (nav.y - Theme.gap - from - (rows_ - 1) * spacing) / rows_)
        Repeater {
            model: root.hasTiles ? root.shown.tiles : []
            Plate {
                required property var modelData
                width: (tiles.width - (tiles.columns - 1) * tiles.spacing) / tiles.columns
                height: tiles.tall
                button: modelData
                isStacked: !Theme.isPortrait
                isCentred: !Theme.isPortrait
                labelSize: Theme.isPortrait ? Theme.large : Theme.body
                pictureSize: Theme.iconLarge
                sidePadding: Theme.px(Theme.isPortrait ? 28 : 16)
            }
        }
    }

    Item {
        id: found
        visible: !root.hasTiles
        readonly property real from: root.hasField ? field.y + field.height + Theme.gap : heading.y + heading.height + Theme.gapLarge
        readonly property real until: (nav.visible ? nav.y : root.height) - Theme.gapLarge
        y: root.isListLow && Theme.isPortrait ? Math.max(from, until - list.needed - list.y) : from
        width: parent.width
        height: until - y
        Words {
            id: foundTitle
            width: parent.width
            text: root.shown && root.hasField && (Theme.isPortrait || !root.isTyping) ? root.shown.resultsTitle : ""
            font.pixelSize: Theme.title
            font.weight: Theme.strong
        }
        Column {
            y: root.isListLow && Theme.isPortrait ? parent.height - height - Theme.gap : Theme.gap
            width: parent.width
            spacing: Theme.gapLarge
            visible: root.shown ? root.shown.nothing !== "" : false
            Words {
                width: parent.width
                text: root.shown ? root.shown.nothing : ""
                font.pixelSize: Theme.title
            }
            Plate {
                width: parent.width
                button: root.shown ? root.shown.call : null
                minimumHeight: Theme.touchLarge
                labelSize: Theme.title
            }
        }
        ReadPane {
            id: list
            page: root.shown ? root.shown.text : ""
            visible: root.shown ? root.shown.results.length > 0 : false
            anchors { top: foundTitle.visible ? foundTitle.bottom : parent.top; topMargin: Theme.gapSmall
                      left: parent.left; right: parent.right; bottom: parent.bottom }
            Grid {
                id: results
                width: found.width
                columns: Theme.isPortrait ? 1 : 2
                spacing: Theme.gap
                Repeater {
                    model: found.visible && root.shown ? root.shown.results : []
                    Choice {
                        required property var modelData
                        width: (results.width - (results.columns - 1) * results.spacing) / results.columns
                        button: modelData
                    }
                }
            }
        }
    }

    Nav {
        id: nav
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        visible: !root.isTyping
        height: visible ? Theme.touch : 0
        buttons: root.shown ? root.shown.nav : []
    }
}
