// The end of the walk, in the order in which a person acts: bring, where, how long, how much, code.
import QtQuick
import ".."
import "../pieces"

Item {
    id: root
    readonly property var shown: parent ? parent.shown : null
    readonly property bool hasSide: !Theme.isPortrait
    readonly property real act: hasSide ? Theme.px(560) : width

    Path {
        id: path
        width: parent.width
        progress: root.shown ? root.shown.progress : null
        procedure: root.shown ? root.shown.procedure : ""
    }

    ReadPane {
        id: read
        page: root.shown ? root.shown.procedure + root.shown.title : ""
        anchors { top: path.bottom; topMargin: Theme.gap; left: parent.left }
        width: root.hasSide ? parent.width - root.act - Theme.px(48) : parent.width
        height: (root.hasSide ? nav.y - Theme.gap : acts.y - Theme.gap) - y

        Words {
            width: read.width
            text: root.shown ? root.shown.title : ""
            font.pixelSize: Theme.heading
            font.weight: Theme.heavy
            lineHeight: Theme.tightLineHeight
        }
        Words {
            width: read.width
            text: root.shown ? root.shown.lead : ""
        }
        Plate {
            width: read.width
            button: root.shown ? root.shown.call : null
            minimumHeight: Theme.touchLarge
            labelSize: Theme.title
        }
        Column { // papers, each ticked off by a tap
            id: papers
            width: read.width
            spacing: Theme.gapSmall
            Row {
                spacing: Theme.gap
                Words {
                    id: papersTitle
                    text: root.shown ? root.shown.papersTitle : ""
                    font.pixelSize: Theme.title
                    font.weight: Theme.strong
                    width: Math.min(implicitWidth, papers.width)
                }
                Words {
                    anchors.baseline: papersTitle.baseline
                    visible: text !== "" && implicitWidth < papers.width - papersTitle.width - Theme.gap
                    text: root.shown ? root.shown.papersHint : ""
                    color: Theme.inkSoft
                    font.pixelSize: Theme.note
                }
            }
            Repeater {
                model: root.shown ? root.shown.papers : []
                Rectangle {
                    id: paper
                    required property var modelData
                    readonly property var button: modelData.tick
                    readonly property int serial: kiosk.screen.serial ?? 0
                    readonly property bool canTap: true
                    readonly property string label: button.label
                    objectName: "button"
                    width: papers.width
                    height: Math.max(Theme.touch, words.implicitHeight + 2 * Theme.px(14))
                    color: area.pressed ? Theme.lotusTint : "transparent"
                    radius: Theme.radiusSmall
                    Accessible.role: Accessible.CheckBox
                    Accessible.name: button.said
                    Accessible.checkable: true
                    Accessible.checked: button.isOn
                    Accessible.onPressAction: kiosk.tap(paper.serial, paper.button.tap)
                    Rectangle {
                        id: box
                        x: Theme.px(4)
                        anchors.verticalCenter: parent.verticalCenter
                        width: Theme.px(64)
                        height: width
                        radius: Theme.px(14)
                        color: paper.button.isOn ? Theme.lotus : Theme.card
                        border { width: Theme.stroke; color: Theme.lotus }
                        Picture { anchors.centerIn: parent; name: paper.button.isOn ? "check" : ""; colour: Theme.inkOnLotus; size: Theme.px(52) }
                    }
                    Column {
                        id: words
                        anchors { left: box.right; leftMargin: Theme.gap; right: parent.right; verticalCenter: parent.verticalCenter }
                        Words {
                            width: parent.width
                            text: paper.modelData.name
                            font.weight: Theme.strong
                            lineHeight: Theme.tightLineHeight
                            Accessible.ignored: true
                        }
                        Words {
                            width: parent.width
                            text: paper.modelData.detail
                            color: Theme.lotus
                            font.pixelSize: Theme.note
                            font.weight: Theme.strong
                        }
                        Words {
                            width: parent.width
                            text: paper.modelData.note
                            color: Theme.inkSoft
                            font.pixelSize: Theme.note
                        }
                    }
                    Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: Math.max(1, Theme.px(2)); color: Theme.line }
                    MouseArea {
                        id: area
                        property int pressedSerial: -1
                        property int pressedTap: -1
                        anchors.fill: parent
                        onPressed: { pressedSerial = paper.serial; pressedTap = paper.button.tap }
                        onClicked: kiosk.tap(pressedSerial, pressedTap)
                    }
                }
            }
        }
        Repeater {
            model: root.shown ? root.shown.notes : []
            Rectangle {
                required property string modelData
                width: read.width
                height: note.implicitHeight + 2 * Theme.gap
                radius: Theme.radiusSmall
                color: Theme.goldTint
                Picture { id: sign; x: Theme.gap; anchors.verticalCenter: parent.verticalCenter; name: "alert"; size: Theme.iconSmall; colour: Theme.ink }
                Words {
                    id: note
                    anchors { left: sign.right; leftMargin: Theme.gap; right: parent.right; rightMargin: Theme.gap; verticalCenter: parent.verticalCenter }
                    text: modelData
                    font.pixelSize: Theme.note
                }
            }
        }
        Grid {
            id: facts
            width: read.width
            columns: 2
            spacing: Theme.gap
            Repeater {
                model: root.shown ? root.shown.facts : []
                Rectangle {
                    id: fact
                    required property var modelData
                    required property int index
                    readonly property Item mate: facts.children[index % 2 === 0 ? index + 1 : index - 1] ?? null
                    readonly property real needed: factWords.implicitHeight + 2 * Theme.gap
                    width: (facts.width - facts.spacing) / 2
                    height: Math.max(needed, mate && mate.needed ? mate.needed : 0)
                    radius: Theme.radius
                    color: Theme.card
                    border { width: Theme.stroke; color: Theme.line }
                    Column {
                        id: factWords
                        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.gap; leftMargin: Theme.px(28) }
                        spacing: Theme.px(2)
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
                                width: factWords.width
                                text: modelData
                                font.weight: Theme.strong
                                lineHeight: Theme.tightLineHeight
                            }
                        }
                        Words {
                            width: parent.width
                            text: fact.modelData.note
                            color: Theme.inkSoft
                            font.pixelSize: Theme.note
                        }
                    }
                }
            }
        }
        Plate {
            width: read.width
            button: root.shown ? root.shown.asides : null
            isCentred: false
        }
        Plate {
            width: read.width
            button: root.shown ? root.shown.legal : null
            isCentred: false
            Picture {
                anchors { right: parent.right; rightMargin: Theme.px(36); verticalCenter: parent.verticalCenter }
                name: "down"
                size: Theme.iconSmall
                rotation: parent.isOn ? 180 : 0
                colour: parent.isOn ? Theme.inkOnLotus : Theme.lotus
            }
        }
        Column {
            width: read.width
            visible: root.shown ? root.shown.legal.isOn : false
            spacing: Theme.px(6)
            Repeater {
                model: root.shown && root.shown.legal.isOn ? root.shown.legalLines : []
                Words {
                    required property string modelData
                    width: read.width
                    text: "• " + modelData
                    font.pixelSize: Theme.note
                }
            }
        }
        Words {
            width: read.width
            text: root.shown ? root.shown.checked + " · " + root.shown.code : ""
            color: Theme.inkSoft
            font.pixelSize: Theme.note
        }
    }

    Item { // the code, the paper, the end
        id: acts
        anchors.right: parent.right
        width: root.act
        height: root.hasSide ? root.height - path.height - Theme.gap : Math.max(code.height, acting.implicitHeight)
        y: root.hasSide ? path.height + Theme.gap : nav.y - Theme.gap - height

        Code {
            id: code
            x: root.hasSide ? (parent.width - width) / 2 : 0
            code: root.shown ? root.shown.qr : null
        }
        Column {
            id: acting
            x: root.hasSide ? 0 : code.width + Theme.gapLarge
            y: root.hasSide ? code.height + Theme.gap : 0
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
            Item { // keeps its height, so that nothing jumps when the printer reports
                width: parent.width
                height: Theme.px(84)
                Words {
                    readonly property string news: root.shown ? root.shown.slipText : ""
                    width: parent.width
                    text: news !== "" ? news : root.shown ? root.shown.qr.text : ""
                    color: news === "" ? Theme.inkSoft : root.shown.isSlipTrouble ? Theme.alert : Theme.lotus
                    font.pixelSize: Theme.note
                    font.weight: news === "" ? Theme.regular : Theme.strong
                    lineHeight: Theme.tightLineHeight
                    horizontalAlignment: root.hasSide ? Text.AlignHCenter : Text.AlignLeft
                    Accessible.role: news === "" ? Accessible.StaticText : Accessible.AlertMessage
                }
            }
            Plate {
                width: parent.width
                button: root.shown ? root.shown.slip : null
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
