/// What a parser from outside says about its input, fit to be shown: one line of printable ASCII, not too long, without the
/// place in the parser's source that swift-asn1 and swift-certificates put at the end.
func explanation(of error: any Error) -> String {
    let words = String(describing: error).split(separator: " ")
    let text = words.filter { !$0.contains(".swift:") }.joined(separator: " ")
    let printable = text.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" }
    return printable.count <= 200 ? String(printable) : String(printable.prefix(200)) + "…"
}
