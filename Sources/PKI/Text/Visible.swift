/// A value as a terminal or a log may show it, on one line: control and direction characters, which a peer may have chosen, are escaped.
package func visible(_ value: String) -> String {
    guard value.unicodeScalars.contains(where: isInvisible) else { return value }
    return value.unicodeScalars.map { isInvisible($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
}

private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
}
