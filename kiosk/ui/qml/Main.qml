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

    readonly property QtObject theme: Theme // for those who measure
    readonly property var screen_: kiosk.screen
    readonly property var shownBody: screen_.body ?? null
    readonly property bool canType: shownBody !== null && shownBody.kind === "ChoosingBody"
    readonly property bool isTyping: keyboard.active && canType

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
        visible: !curtain.visible
        y: Theme.band
        width: parent.width
        height: Theme.header - Theme.band
        header: window.screen_.header ?? null
        isBannerHere: banner.visible || ear.visible
    }

    CallBanner {
        id: banner
        objectName: "banner"
        // below the header in portrait; in landscape inside it, where height is scarce
        x: Theme.isPortrait ? Theme.edge : header.nameUntil
        y: Theme.isPortrait ? Theme.header : header.y + (header.height - height) / 2
        width: Theme.isPortrait ? parent.width - 2 * Theme.edge : header.languagesAt - x - Theme.gap
        banner: window.screen_.banner ?? null
        isCovered: !Theme.isPortrait && ear.visible
    }

    EarStrip {
        id: ear
        objectName: "ear"
        z: 1 // somebody may speak to what lies on top
        // below the call for an officer in portrait; in landscape in its place
        readonly property real below: Theme.header + (banner.visible && Theme.isPortrait ? banner.height + Theme.gap : 0)
        x: Theme.isPortrait ? Theme.edge : banner.x
        y: Theme.isPortrait ? below : header.y + (header.height - height) / 2
        width: banner.width
    }

    Item {
        id: room
        visible: !curtain.visible
        x: Theme.edge
        y: ear.below + (ear.visible && Theme.isPortrait ? ear.height + Theme.gap : 0)
        width: parent.width - (Theme.isPortrait ? 2 * Theme.edge : Theme.edge + Theme.rail + Theme.gapLarge)
        height: (window.isTyping ? keyboard.y : (Theme.isPortrait ? dock.y : parent.height)) - y - Theme.gap

        Loader {
            id: body
            objectName: "body"
            anchors.fill: parent
            readonly property var shown: window.shownBody
            readonly property bool isTyping: window.isTyping
            source: shown === null ? "" : "screens/" + shown.kind + ".qml"
            opacity: status === Loader.Ready ? 1 : 0
            Behavior on opacity { NumberAnimation { duration: Theme.fade } }
        }
    }

    Dock {
        id: dock
        objectName: "dock"
        z: curtain.visible ? 2 : 0 // it stays in reach in the dark
        callButton: window.screen_.call ?? null
        x: Theme.isPortrait ? 0 : parent.width - Theme.rail
        y: Theme.isPortrait ? parent.height - Theme.dock : Theme.header
        width: Theme.isPortrait ? parent.width : Theme.rail
        height: Theme.isPortrait ? Theme.dock : parent.height - Theme.header
    }

    Rectangle { // the desk under the keyboard
        x: 0
        y: keyboard.y
        width: Theme.isPortrait ? parent.width : dock.x
        height: keyboard.height
        visible: keyboard.visible
        color: Theme.desk
    }
    InputPanel {
        id: keyboard
        objectName: "keyboard"
        // in landscape no wider than in portrait, or its keys would cover what they find
        width: Theme.isPortrait ? parent.width : Theme.px(1080)
        x: Theme.isPortrait ? 0 : (dock.x - width) / 2
        y: (Theme.isPortrait ? dock.y : parent.height) - height
        visible: window.isTyping
    }

    Overlay {
        id: overlay
        objectName: "overlay"
        // an officer stays one touch away, except from the staff's own pages
        readonly property var laid: window.screen_.overlay ?? null
        readonly property bool leavesDock: laid !== null && !["PinOverlay", "StaffOverlay"].includes(laid.kind)
        width: leavesDock && !Theme.isPortrait ? dock.x : parent.width
        height: leavesDock && Theme.isPortrait ? dock.y : parent.height
        overlay: laid
        isCovered: curtain.visible
    }

    Rectangle { // in landscape the veil also lies on the header above the dock
        x: dock.x
        width: Theme.rail
        height: dock.y
        visible: overlay.visible && overlay.leavesDock && !Theme.isPortrait
        color: Theme.veil
        MouseArea { anchors.fill: parent }
    }

    Curtain {
        id: curtain
        objectName: "curtain"
        z: 1
        anchors.fill: parent
        roomUntil: Theme.isPortrait ? Qt.point(width, dock.y) : Qt.point(dock.x, height)
        curtain: window.screen_.curtain ?? null
    }

    MouseArea { // the staff door: press and hold the corner with the ward's name
        id: corner
        objectName: "corner"
        z: 2
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
