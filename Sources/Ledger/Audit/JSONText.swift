import Foundation
import PKI

/// Lists and dictionaries of strings as one text column: keys sorted, slashes unescaped, no white space.
package enum JSONText {
    /// JSON of a list.
    package static func encode(_ texts: [String]) -> String {
        var json = Array("[".utf8)
        for (index, text) in texts.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            append(text, to: &json)
        }
        json.append(UInt8(ascii: "]"))
        return String(decoding: json, as: UTF8.self)
    }

    /// JSON of a dictionary, with facts that take the place of what has the same name in it.
    package static func encode(_ texts: [String: String], adding facts: [(name: String, value: String)] = []) -> String {
        var members = facts
        for (name, value) in texts where !facts.contains(where: { $0.name == name }) { members.append((name, value)) }
        members.sort { $0.name < $1.name }
        var json = Array("{".utf8)
        for (index, member) in members.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            append(member.name, to: &json)
            json.append(UInt8(ascii: ":"))
            append(member.value, to: &json)
        }
        json.append(UInt8(ascii: "}"))
        return String(decoding: json, as: UTF8.self)
    }

    /// By hand: a `JSONEncoder` for each certificate and each audit row cost the one writer 18 µs. A test holds it to `JSONEncoder`'s text.
    private static func append(_ text: String, to json: inout [UInt8]) {
        var text = text
        json.append(UInt8(ascii: "\""))
        text.withUTF8 { octets in
            if unsafe octets.contains(where: needsEscape) {
                for index in octets.indices {
                    let octet = unsafe octets[index]
                    if needsEscape(octet) { json.append(contentsOf: escape(octet).utf8) } else { json.append(octet) }
                }
            } else {
                unsafe json.append(contentsOf: octets)
            }
        }
        json.append(UInt8(ascii: "\""))
    }

    /// RFC 8259 §7: quotation mark, backslash and control characters, and nothing else.
    private static func needsEscape(_ octet: UInt8) -> Bool {
        octet < 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\")
    }

    private static func escape(_ octet: UInt8) -> String {
        switch octet {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case UInt8(ascii: "\n"): "\\n"
        case UInt8(ascii: "\r"): "\\r"
        case UInt8(ascii: "\t"): "\\t"
        case 0x08: "\\b"
        case 0x0C: "\\f"
        default: "\\u00" + hexadecimal([octet])
        }
    }

    /// The value of a column that holds a list. One without escapes and blanks, as names are, is cut at its quotation marks: a `JSONDecoder`
    /// for each row of a page cost more than reading the row.
    package static func list(from text: String) throws -> [String] {
        try plainList(text.utf8[...]) ?? decode([String].self, from: text)
    }

    private static func plainList(_ text: Substring.UTF8View) -> [String]? {
        guard text.first == UInt8(ascii: "[") else { return nil }
        var rest = text.dropFirst()
        var texts: [String] = []
        if rest.elementsEqual("]".utf8) { return texts }
        while rest.popFirst() == UInt8(ascii: "\"") {
            let content = rest.prefix { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            rest = rest[content.endIndex...]
            guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
            texts.append(String(Substring(content)))
            switch rest.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return rest.isEmpty ? texts : nil
            default: return nil
            }
        }
        return nil
    }

    /// The value of a JSON column.
    package static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
