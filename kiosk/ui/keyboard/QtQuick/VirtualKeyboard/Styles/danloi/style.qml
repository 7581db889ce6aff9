// The keyboard in the kiosk's own look: large plain keys, nothing that only a phone user knows.
import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Styles
import "."

KeyboardStyle {
    id: style

    readonly property color paper: "#E9E4D8"
    readonly property color card: "#FFFFFF"
    readonly property color ink: "#16211F"
    readonly property color lotus: "#0C4F4B"
    readonly property color tint: "#E1EDEA"

    keyboardDesignWidth: 1080
    keyboardDesignHeight: 460
    keyboardRelativeLeftMargin: 8 / keyboardDesignWidth
    keyboardRelativeRightMargin: 8 / keyboardDesignWidth
    keyboardRelativeTopMargin: 8 / keyboardDesignHeight
    keyboardRelativeBottomMargin: 8 / keyboardDesignHeight

    keyboardBackground: Rectangle { color: style.paper }

    keyPanel: Cap { text: control ? control.displayText : "" }
    backspaceKeyPanel: Cap { icon: "erase"; face: style.tint }
    enterKeyPanel: Cap { icon: "search"; face: style.lotus; front: "#FFFFFF" }
    hideKeyPanel: Cap { icon: "hide"; face: style.tint }
    shiftKeyPanel: Cap { icon: "shift"; face: style.tint }
    spaceKeyPanel: Cap { text: "" }
    symbolKeyPanel: Cap { text: control ? control.displayText : ""; face: style.tint; share: 0.3 }
    modeKeyPanel: Cap { text: control ? control.displayText : ""; face: style.tint; share: 0.3 }
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
            font { family: "Inter"; weight: Font.DemiBold; pixelSize: Math.max(1, Math.round(alternate.height * 0.44)) }
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
