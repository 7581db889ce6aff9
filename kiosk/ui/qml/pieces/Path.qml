// The path line: a road of stones, the one under the feet in gold.
import QtQuick
import ".."

Column {
    id: path
    property var progress
    property string procedure

    spacing: Theme.gapSmall

    Row {
        id: stones
        width: parent.width
        spacing: Theme.gapSmall
        Accessible.ignored: true
        Repeater {
            model: path.progress ? path.progress.total : 0
            Rectangle {
                required property int index
                width: (stones.width - (path.progress.total - 1) * stones.spacing) / path.progress.total
                height: Theme.px(14)
                radius: height / 2
                color: index < path.progress.done ? Theme.lotus
                     : index === path.progress.done ? Theme.gold : Theme.line
            }
        }
    }
    Words {
        width: parent.width
        text: path.procedure + " · " + (path.progress ? path.progress.text : "")
        color: Theme.inkSoft
        font.pixelSize: Theme.note
    }
}
