// A pictogram in the colour of its place; decoration, the words beside it say the same.
import QtQuick
import ".."

Image {
    property string name
    property color colour: Theme.lotus
    property int size: Theme.icon

    width: size
    height: size
    visible: name !== ""
    source: name === "" ? "" : "image://icon/" + name + "/" + String(colour).slice(-6)
    sourceSize: Qt.size(size, size)
    Accessible.ignored: true
}
