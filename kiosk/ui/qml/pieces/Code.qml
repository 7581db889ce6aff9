// A QR code of whole pixels a module, never narrower on the panel than its screen asks.
import QtQuick
import ".."

Rectangle {
    id: frame
    property var code: null

    readonly property real asked: code ? code.millimetres * Theme.pixelsPerMillimetre : 0
    readonly property int modules: picture.sourceSize.width > 0 ? picture.sourceSize.width : 45
    // its own quiet zone of four modules a side is part of the picture
    readonly property int modulePixels: Math.ceil(Math.max(asked, Theme.px(270)) / (modules - 8))

    objectName: "qr"
    width: modules * modulePixels
    height: width
    radius: Theme.radiusSmall
    color: Theme.card
    Accessible.role: Accessible.Graphic
    Accessible.name: code ? code.title + ". " + code.text : ""

    Image {
        id: picture
        anchors.centerIn: parent
        width: frame.modules * frame.modulePixels
        height: width
        source: frame.code ? frame.code.picture : ""
        smooth: false
        cache: false
        fillMode: Image.Stretch
        Accessible.ignored: true
    }
}
