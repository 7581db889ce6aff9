// Letters, digits and a space: enough to search. Holding a vowel offers its Vietnamese forms.
import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components

KeyboardLayout {
    inputMode: InputEngine.InputMode.Latin
    keyWeight: 100
    KeyboardRow {
        Key { key: Qt.Key_Q; text: "q" }
        Key { key: Qt.Key_W; text: "w" }
        Key { key: Qt.Key_E; text: "e"; alternativeKeys: "eéèẻẽẹêếềểễệ" }
        Key { key: Qt.Key_R; text: "r" }
        Key { key: Qt.Key_T; text: "t" }
        Key { key: Qt.Key_Y; text: "y"; alternativeKeys: "yýỳỷỹỵ" }
        Key { key: Qt.Key_U; text: "u"; alternativeKeys: "uúùủũụưứừửữự" }
        Key { key: Qt.Key_I; text: "i"; alternativeKeys: "iíìỉĩị" }
        Key { key: Qt.Key_O; text: "o"; alternativeKeys: "oóòỏõọôốồổỗộơớờởỡợ" }
        Key { key: Qt.Key_P; text: "p" }
    }
    KeyboardRow {
        FillerKey { weight: 50 }
        Key { key: Qt.Key_A; text: "a"; alternativeKeys: "aáàảãạăắằẳẵặâấầẩẫậ" }
        Key { key: Qt.Key_S; text: "s" }
        Key { key: Qt.Key_D; text: "d"; alternativeKeys: "dđ" }
        Key { key: Qt.Key_F; text: "f" }
        Key { key: Qt.Key_G; text: "g" }
        Key { key: Qt.Key_H; text: "h" }
        Key { key: Qt.Key_J; text: "j" }
        Key { key: Qt.Key_K; text: "k" }
        Key { key: Qt.Key_L; text: "l" }
        FillerKey { weight: 50 }
    }
    KeyboardRow {
        Key { key: 0x0111; text: "đ"; weight: 125 }
        Key { key: Qt.Key_Z; text: "z" }
        Key { key: Qt.Key_X; text: "x" }
        Key { key: Qt.Key_C; text: "c" }
        Key { key: Qt.Key_V; text: "v" }
        Key { key: Qt.Key_B; text: "b" }
        Key { key: Qt.Key_N; text: "n" }
        Key { key: Qt.Key_M; text: "m" }
        BackspaceKey { weight: 175 }
    }
    KeyboardRow {
        HideKeyboardKey { weight: 175 }
        SpaceKey { weight: 600 }
        EnterKey { weight: 225 }
    }
}
