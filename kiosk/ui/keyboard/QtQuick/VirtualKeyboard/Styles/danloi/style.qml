// The keyboard in the kiosk's own look: large plain keys, nothing that only a phone user knows.
import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Styles

KeyboardStyle {
    id: style

    readonly property color paper: "#E9E4D8"
    readonly property color card: "#FFFFFF"
    readonly property color ink: "#16211F"
    readonly property color lotus: "#0C4F4B"
    readonly property color tint: "#E1EDEA"
    readonly property real letter: 78 * scaleHint

    keyboardDesignWidth: 1080
    keyboardDesignHeight: 460
    keyboardRelativeLeftMargin: 8 / keyboardDesignWidth
    keyboardRelativeRightMargin: 8 / keyboardDesignWidth
    keyboardRelativeTopMargin: 8 / keyboardDesignHeight
    keyboardRelativeBottomMargin: 8 / keyboardDesignHeight

    keyboardBackground: Rectangle { color: style.paper }

    component Cap: KeyPanel {
        id: cap
        property string text
        property color face: style.card
        property color front: style.ink
        property real size: 48
        Rectangle {
            anchors { fill: parent; margins: 5 * style.scaleHint }
            radius: 16 * style.scaleHint
            color: cap.control && cap.control.pressed ? style.tint : cap.face
            border { width: 2; color: cap.control && cap.control.pressed ? style.lotus : "#A9A294" }
            Text {
                anchors.centerIn: parent
                text: cap.text
                color: cap.control && cap.control.pressed ? style.ink : cap.front
                font { family: "Inter"; weight: Font.DemiBold; pixelSize: Math.max(1, Math.round(cap.size * style.scaleHint)) }
            }
        }
    }

    keyPanel: Cap { text: control ? control.displayText : "" }
    backspaceKeyPanel: Cap { text: "⌫"; face: style.tint }
    enterKeyPanel: Cap { text: "✓"; face: style.lotus; front: "#FFFFFF" }
    hideKeyPanel: Cap { text: "▾"; face: style.tint }
    shiftKeyPanel: Cap { text: "⇧"; face: style.tint }
    spaceKeyPanel: Cap { text: "" }
    symbolKeyPanel: Cap { text: control ? control.displayText : ""; face: style.tint; size: 36 }
    modeKeyPanel: Cap { text: control ? control.displayText : ""; face: style.tint; size: 36 }
    languageKeyPanel: Cap { text: ""; face: style.tint }
    handwritingKeyPanel: Cap { text: ""; face: style.tint }

    characterPreviewDelegate: Item {
        property string text
        property string flickLeft
        property string flickTop
        property string flickRight
        property string flickBottom
        visible: false
    }
    alternateKeysListItemWidth: 96 * scaleHint
    alternateKeysListItemHeight: 110 * scaleHint
    alternateKeysListDelegate: Item {
        id: alternate
        width: style.alternateKeysListItemWidth
        height: style.alternateKeysListItemHeight
        Text {
            anchors.centerIn: parent
            text: model.text
            color: alternate.ListView.isCurrentItem ? style.lotus : style.ink
            font { family: "Inter"; weight: Font.DemiBold; pixelSize: Math.max(1, Math.round(48 * style.scaleHint)) }
        }
    }
    alternateKeysListHighlight: Rectangle { color: style.tint; radius: 16 * style.scaleHint }
    alternateKeysListBackground: Rectangle {
        color: style.card
        radius: 16 * style.scaleHint
        border { width: 3; color: style.lotus }
    }
    popupListBackground: Rectangle { color: style.card }
    selectionListHeight: 0
}
