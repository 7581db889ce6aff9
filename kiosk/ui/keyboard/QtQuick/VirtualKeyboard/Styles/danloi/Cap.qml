// One key. A cap knows its own colours: the style's ids are out of its sight.
import QtQuick
import QtQuick.VirtualKeyboard.Styles

KeyPanel {
    id: cap
    property string text
    property string icon
    property color face: "#FFFFFF"
    property color front: "#16211F"
    property real share: 0.44   // of the key's height
    readonly property bool isPressed: control ? control.pressed : false

    Rectangle {
        anchors { fill: parent; margins: Math.round(cap.height * 0.045) }
        radius: Math.round(cap.height * 0.14)
        color: cap.isPressed ? "#E1EDEA" : cap.face
        border { width: 2; color: cap.isPressed ? "#0C4F4B" : "#A9A294" }
        Text {
            anchors.centerIn: parent
            text: cap.text
            color: cap.isPressed ? "#16211F" : cap.front
            font { family: "Inter"; weight: Font.DemiBold; pixelSize: Math.max(1, Math.round(cap.height * cap.share)) }
        }
        Image {
            readonly property int side: Math.max(1, Math.round(cap.height * 0.46))
            anchors.centerIn: parent
            visible: cap.icon !== ""
            sourceSize: Qt.size(side, side)
            source: cap.icon === "" ? "" : "image://icon/" + cap.icon + "/" + String(cap.isPressed ? "#16211f" : cap.front).slice(-6)
        }
    }
}
