// Anything that can be tapped: a plate with a label, maybe a pictogram and a note.
import QtQuick
import ".."

Rectangle {
    id: plate

    property var button: null
    property int serial: kiosk.screen.serial ?? 0
    property bool isStacked: false   // pictogram above the label
    property bool isCentred: true
    property bool isQuiet: false     // no plate around it until pressed
    property bool isFramed: true
    property int labelSize: Theme.body
    property int labelWeight: Theme.strong
    property int pictureSize: Theme.iconSmall
    property int minimumHeight: Theme.touch
    property int sidePadding: Theme.padding
    property int asideWidth: 0       // kept free at the right end

    readonly property bool isMain: button ? button.isMain && canTap : false
    readonly property bool isOn: button ? button.isOn : false
    readonly property bool canTap: button ? button.tap >= 0 : false
    readonly property string label: button ? button.label : ""
    readonly property string said: button ? button.said : ""
    property color front: !canTap ? Theme.inkSoft : isMain ? Theme.inkOnLotus : isOn ? Theme.inkOnLotus : Theme.ink

    objectName: "button"
    visible: button !== null && button !== undefined
    implicitHeight: Math.max(minimumHeight, content.implicitHeight + 2 * Theme.gapSmall)
    implicitWidth: Math.max(Theme.touch, content.natural + content.beside + 2 * sidePadding + 1)
    radius: Theme.radius
    color: isMain || isOn ? (area.pressed ? Theme.lotusPressed : Theme.lotus)
         : area.pressed || !canTap ? Theme.lotusTint : isQuiet ? "transparent" : Theme.card
    border.width: isFramed && !isMain && !isOn && !isQuiet ? Theme.stroke : 0
    border.color: Theme.lineStrong
    scale: area.pressed ? 0.98 : 1
    Behavior on scale { NumberAnimation { duration: Theme.press } }

    Accessible.role: Accessible.Button
    Accessible.name: said
    Accessible.focusable: canTap
    Accessible.onPressAction: if (plate.canTap) kiosk.tap(plate.serial, plate.button.tap)

    Grid {
        id: content
        readonly property real natural: Math.ceil(Math.max(labelWords.implicitWidth, noteWords.text === "" ? 0 : noteWords.implicitWidth))
        readonly property real beside: !plate.isStacked && plate.button && plate.button.icon !== "" ? plate.pictureSize + Theme.gap : 0
        readonly property real room: plate.width - 2 * plate.sidePadding - beside - plate.asideWidth
        readonly property real taken: Math.max(1, Math.min(natural, room))
        anchors.verticalCenter: parent.verticalCenter
        x: plate.isCentred ? (parent.width - width) / 2 : plate.sidePadding
        columns: plate.isStacked || beside === 0 ? 1 : 2
        horizontalItemAlignment: plate.isCentred ? Grid.AlignHCenter : Grid.AlignLeft
        verticalItemAlignment: Grid.AlignVCenter
        columnSpacing: Theme.gap
        rowSpacing: Theme.px(6)

        Picture {
            name: plate.button ? plate.button.icon : ""
            size: plate.pictureSize
            colour: plate.front === Theme.ink ? Theme.lotus : plate.front
        }
        Column {
            spacing: Theme.px(2)
            Words {
                id: labelWords
                width: content.taken
                text: plate.label
                color: plate.front
                font.pixelSize: plate.labelSize
                font.weight: plate.labelWeight
                lineHeight: Theme.tightLineHeight
                horizontalAlignment: plate.isCentred ? Text.AlignHCenter : Text.AlignLeft
                Accessible.ignored: true
            }
            Words {
                id: noteWords
                width: content.taken
                text: plate.button ? plate.button.note : ""
                color: plate.isMain || plate.isOn ? Theme.inkOnLotus : Theme.inkSoft
                font.pixelSize: Theme.note
                lineHeight: Theme.tightLineHeight
                horizontalAlignment: plate.isCentred ? Text.AlignHCenter : Text.AlignLeft
                Accessible.ignored: true
            }
        }
    }

    MouseArea {
        id: area
        anchors.fill: parent
        enabled: plate.canTap
        // what counts is what the finger came down on
        property int pressedSerial: -1
        property int pressedTap: -1
        onPressed: { pressedSerial = plate.serial; pressedTap = plate.button.tap }
        onClicked: kiosk.tap(pressedSerial, pressedTap)
    }
}
