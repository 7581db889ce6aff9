// What the ward tells everybody: as many as there is room for.
import QtQuick
import ".."

Item {
    id: root
    property var notices: []
    property real room: 0            // how high they may be
    property real roomBelow: 0       // kept free of it where not all of them fit
    readonly property bool isTight: room < Theme.px(600)
    readonly property bool isWhole: fitting === cards.count
    // whole ones only; one that does not fit is not begun
    readonly property int fitting: {
        let bottom = 0
        let count = 0
        for (let place = 0; place < cards.count; place++) {
            const card = cards.itemAt(place)
            if (card === null)
                break
            bottom += card.implicitHeight + (place > 0 ? Theme.gap : 0)
            if (place > 0 && bottom + (place < cards.count - 1 ? roomBelow : 0) > room)
                break
            count = place + 1
        }
        return count
    }
    visible: cards.count > 0
    implicitHeight: column.implicitHeight
    height: implicitHeight

    Column {
        id: column
        width: root.width
        spacing: Theme.gap
        Repeater {
            id: cards
            model: root.notices
            Rectangle {
                id: card
                objectName: "notice"
                required property var modelData
                required property int index
                readonly property color front: modelData.isUrgent ? Theme.inkOnLotus : Theme.ink
                visible: index < root.fitting
                width: column.width
                implicitHeight: words.implicitHeight + 2 * Theme.gap
                height: implicitHeight
                radius: Theme.radiusSmall
                color: modelData.isUrgent ? Theme.alertBand : Theme.goldTint
                border.width: modelData.isUrgent ? 0 : Theme.stroke
                border.color: Theme.gold
                Picture {
                    id: sign
                    x: Theme.gap
                    y: Theme.gap
                    name: card.modelData.icon
                    colour: card.front
                    size: Theme.iconLarge
                }
                Column {
                    id: words
                    x: sign.x + sign.width + Theme.gap
                    y: Theme.gap
                    width: parent.width - x - Theme.padding
                    spacing: Theme.px(8)
                    Words {
                        width: parent.width
                        text: card.modelData.title
                        color: card.front
                        font.weight: Theme.heavy
                        font.pixelSize: Theme.note
                        lineHeight: Theme.tightLineHeight
                    }
                    Words {
                        width: parent.width
                        text: card.modelData.text.replace(/ông\/bà/gi, one => one.replace("/", "/\u2060")) // stays whole
                        color: card.front
                        font.weight: Theme.strong
                        // a short one is read from further away
                        font.pixelSize: text.length <= 110 ? Theme.large
                            : text.length <= 220 || !root.isTight ? Theme.body : Theme.note
                        lineHeight: Theme.tightLineHeight
                    }
                }
            }
        }
    }
}
