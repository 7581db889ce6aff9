// A matter without a script: its mark first, then what is known, then the code and the officer.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    readonly property bool hasSide: !Theme.isPortrait
    readonly property real act: hasSide ? Theme.px(560) : width

    ReadPane {
        id: read
        page: root.shown ? root.shown.title : ""
        anchors { top: parent.top; topMargin: Theme.gapSmall; left: parent.left }
        width: root.hasSide ? parent.width - root.act - Theme.px(48) : parent.width
        height: (root.hasSide ? nav.y - Theme.gap : acts.y - Theme.gap) - y

        Rectangle { // what this is, before anything else
            width: read.width
            height: mark.implicitHeight + 2 * Theme.gap
            radius: Theme.radiusSmall
            color: Theme.goldTint
            Picture { id: sign; x: Theme.gap; anchors.verticalCenter: parent.verticalCenter; name: "alert"; size: Theme.iconSmall; colour: Theme.ink }
            Words {
                id: mark
                anchors { left: sign.right; leftMargin: Theme.gap; right: parent.right; rightMargin: Theme.gap; verticalCenter: parent.verticalCenter }
                text: root.shown ? root.shown.mark : ""
                font.weight: Theme.strong
            }
        }
        Words {
            width: read.width
            text: root.shown ? root.shown.title : ""
            font.pixelSize: text.length > 120 ? Theme.title : Theme.heading
            font.weight: Theme.heavy
            lineHeight: Theme.tightLineHeight
        }
        Words {
            width: read.width
            text: root.shown ? root.shown.lead : ""
            font.pixelSize: Theme.large
        }
        Repeater {
            model: root.shown ? root.shown.facts : []
            Column {
                id: fact
                required property var modelData
                width: read.width
                Words {
                    width: parent.width
                    text: fact.modelData.label
                    color: Theme.inkSoft
                    font.pixelSize: Theme.note
                }
                Repeater {
                    model: fact.modelData.lines
                    Words {
                        required property string modelData
                        width: fact.width
                        text: modelData
                        font.weight: Theme.strong
                    }
                }
            }
        }
        Words {
            width: read.width
            text: root.shown ? root.shown.papersTitle : ""
            font.pixelSize: Theme.title
            font.weight: Theme.strong
        }
        Repeater {
            model: root.shown ? root.shown.papers : []
            Words {
                required property string modelData
                width: read.width
                text: "• " + modelData
                font.pixelSize: Theme.note
            }
        }
        Words {
            width: read.width
            text: root.shown ? root.shown.source : ""
            color: Theme.inkSoft
            font.pixelSize: Theme.note
        }
    }

    Item {
        id: acts
        anchors.right: parent.right
        width: root.act
        height: root.hasSide ? root.height : Math.max(code.height, acting.implicitHeight)
        y: root.hasSide ? 0 : nav.y - Theme.gap - height

        Code {
            id: code
            x: root.hasSide ? (parent.width - width) / 2 : 0
            y: root.hasSide ? Theme.gap : 0
            code: root.shown ? root.shown.qr : null
        }
        Column {
            id: acting
            x: root.hasSide ? 0 : code.width + Theme.gapLarge
            y: root.hasSide ? code.y + code.height + Theme.gap : 0
            width: parent.width - x
            spacing: Theme.gapSmall
            Words {
                width: parent.width
                text: root.shown ? root.shown.qr.title : ""
                font.pixelSize: root.hasSide ? Theme.body : Theme.title
                font.weight: Theme.heavy
                lineHeight: Theme.tightLineHeight
                horizontalAlignment: root.hasSide ? Text.AlignHCenter : Text.AlignLeft
            }
            Words {
                width: parent.width
                text: root.shown ? root.shown.qr.text : ""
                color: Theme.inkSoft
                font.pixelSize: Theme.note
                horizontalAlignment: root.hasSide ? Text.AlignHCenter : Text.AlignLeft
            }
            Plate {
                width: parent.width
                button: root.shown ? root.shown.call : null
                minimumHeight: Theme.px(112)
            }
            Plate {
                width: parent.width
                button: root.shown ? root.shown.finish : null
                minimumHeight: Theme.px(112)
            }
        }
    }

    Nav {
        id: nav
        anchors { left: parent.left; bottom: parent.bottom }
        width: root.hasSide ? read.width : parent.width
        buttons: root.shown ? root.shown.nav : []
    }
}
