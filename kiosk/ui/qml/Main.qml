// The window: header, banner, body, dock, what lies on top, and the keyboard.
import QtQuick
import QtQuick.Window
import QtQuick.VirtualKeyboard
import "pieces"
import "screens"

Window {
    id: window
    color: Theme.paper
    title: "Dẫn Lối"
    width: 1080
    height: 1920

    readonly property var screen_: kiosk.screen
    readonly property var body: screen_.body ?? null
    readonly property bool isTyping: keyboard.active && body !== null && body.kind === "ChoosingBody"

    Binding { target: Theme; property: "width"; value: window.width }
    Binding { target: Theme; property: "height"; value: window.height }
    Binding { target: Theme; property: "reduceMotion"; value: kiosk.reduceMotion }
    Binding { target: Theme; property: "inches"; value: kiosk.inches }

    Rectangle { // a thread of red and gold: the only state colour
        width: parent.width
        height: Theme.band
        color: Theme.alertBand
        Rectangle { x: parent.width * 0.7; width: parent.width * 0.3; height: parent.height; color: Theme.gold }
    }

    Header {
        id: header
        objectName: "header"
        y: Theme.band
        width: parent.width
        height: Theme.header - Theme.band
        header: window.screen_.header ?? null
    }

    CallBanner {
        id: banner
        objectName: "banner"
        anchors { top: header.bottom; left: parent.left; right: room.right; leftMargin: Theme.edge; rightMargin: 0 }
        banner: window.screen_.banner ?? null
    }

    Item {
        id: room
        x: Theme.edge
        y: Theme.header + (banner.visible ? banner.height + Theme.gap : 0)
        width: parent.width - (Theme.isPortrait ? 2 * Theme.edge : Theme.edge + Theme.rail + Theme.gapLarge)
        height: (window.isTyping ? keyboard.y : (Theme.isPortrait ? dock.y : parent.height)) - y - Theme.gap

        Loader {
            id: body
            objectName: "body"
            anchors.fill: parent
            readonly property var shown: window.body
            readonly property bool isTyping: window.isTyping
            source: shown === null ? "" : "screens/" + shown.kind + ".qml"
            opacity: status === Loader.Ready ? 1 : 0
            Behavior on opacity { NumberAnimation { duration: Theme.fade } }
        }
    }

    Dock {
        id: dock
        objectName: "dock"
        dock: window.screen_.dock ?? null
        x: Theme.isPortrait ? 0 : parent.width - Theme.rail
        y: Theme.isPortrait ? parent.height - Theme.dock : Theme.header
        width: Theme.isPortrait ? parent.width : Theme.rail
        height: Theme.isPortrait ? Theme.dock : parent.height - Theme.header
    }

    InputPanel {
        id: keyboard
        objectName: "keyboard"
        x: 0
        width: Theme.isPortrait ? parent.width : parent.width - Theme.rail
        y: (Theme.isPortrait ? dock.y : parent.height) - height
        visible: active && window.body !== null && window.body.kind === "ChoosingBody"
    }

    Overlay {
        id: overlay
        objectName: "overlay"
        anchors.fill: parent
        overlay: window.screen_.overlay ?? null
    }

    MouseArea { // the staff door: press and hold the corner with the ward's name
        id: corner
        objectName: "corner"
        width: Theme.px(180)
        height: Theme.header
        pressAndHoldInterval: kiosk.holdMilliseconds
        onPressAndHold: kiosk.door()
    }

    Connections {
        target: kiosk
        function onForgotten() {
            Qt.inputMethod.reset()
            Qt.inputMethod.hide()
        }
    }
}
