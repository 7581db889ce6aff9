// Every size, colour and duration of the kiosk has its name here.
pragma Singleton
import QtQuick

QtObject {
    // The window: set once by Main.qml.
    property real width: 1080
    property real height: 1920
    property bool reduceMotion: false
    property real inches: 21.5

    readonly property bool isPortrait: height >= width
    // One unit is one pixel on a 1080 x 1920 (or 1920 x 1080) panel.
    readonly property real unit: isPortrait ? Math.min(width / 1080, height / 1920)
                                            : Math.min(width / 1920, height / 1080)
    function px(size) { return Math.round(size * unit) }
    readonly property real pixelsPerMillimetre: Math.hypot(width, height) / (inches * 25.4)

    // Paper, ink, lotus green, a thread of gold.
    readonly property color paper: "#F6F3EC"
    readonly property color desk: "#E9E4D8"
    readonly property color card: "#FFFFFF"
    readonly property color ink: "#16211F"
    readonly property color inkSoft: "#3E4A47"
    readonly property color lotus: "#0C4F4B"
    readonly property color lotusPressed: "#083A37"
    readonly property color lotusTint: "#E1EDEA"
    readonly property color gold: "#D9982B"
    readonly property color goldTint: "#FBF0DA"
    readonly property color line: "#D9D4C7"
    readonly property color lineStrong: "#A9A294"
    readonly property color alert: "#8C1F17"
    readonly property color alertBand: "#A3271D"
    readonly property color alertTint: "#FBE9E6"
    readonly property color inkOnLotus: "#FFFFFF"
    readonly property color veil: "#B316211F"
    readonly property color codeDark: "#000000"

    // Type: Inter, whose own line (1.21 em) leaves room for stacked marks.
    readonly property string family: "Inter"
    readonly property int display: px(84)
    readonly property int heading: px(60)
    readonly property int title: px(44)
    readonly property int large: px(40)
    readonly property int body: px(36)
    readonly property int note: px(32)
    readonly property real lineHeight: 1.08
    readonly property real tightLineHeight: 1.0
    readonly property int regular: Font.Normal
    readonly property int strong: Font.DemiBold
    readonly property int heavy: Font.Bold

    // Spacing.
    readonly property int edge: px(56)
    readonly property int gap: px(20)
    readonly property int gapSmall: px(16)
    readonly property int gapLarge: px(36)
    readonly property int padding: px(32)

    // Touch.
    readonly property int touch: px(96)
    readonly property int touchLarge: px(128)
    readonly property int touchHuge: px(168)

    // Shape.
    readonly property int radius: px(28)
    readonly property int radiusSmall: px(18)
    readonly property int stroke: Math.max(2, px(3))
    readonly property int icon: px(52)
    readonly property int iconSmall: px(40)
    readonly property int iconLarge: px(72)

    // Places.
    readonly property int band: px(10)
    readonly property int header: px(150)
    readonly property int dock: px(236)
    readonly property int rail: px(248)
    readonly property int reach: px(768) // primary controls lie below this line on a portrait panel

    // Time, in milliseconds; at most 250, and nothing with "reduce motion".
    readonly property int fade: reduceMotion ? 0 : 180
    readonly property int press: reduceMotion ? 0 : 90
    readonly property int exampleStays: 6000
}
