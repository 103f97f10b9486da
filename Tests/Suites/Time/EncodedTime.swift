import Foundation

/// A time as OpenSSL finds it in DER.
struct EncodedTime: Sendable, CustomStringConvertible {
    /// `UTCTIME` or `GENERALIZEDTIME`.
    let form: String
    let text: String

    var description: String { "\(form) \(text)" }

    /// With the century that RFC 5280 §4.1.2.5.1 gives to a UTCTime.
    var year: Int { Int(text.prefix(4)).map { form == "UTCTIME" ? Self.year(ofUTCTime: $0 / 100) : $0 } ?? 0 }

    /// Whether the form is the one RFC 5280 §4.1.2.5 asks for in that year.
    var hasRightForm: Bool { (form == "UTCTIME") == (1950...2049).contains(year) && text.hasSuffix("Z") }

    /// Seconds since 1970.
    var seconds: Int64 {
        let digits = text.dropLast().suffix(10).map { Int(String($0)) ?? 0 }
        let pairs = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        guard pairs.count == 5 else { return 0 }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(year: year, month: pairs[0], day: pairs[1], hour: pairs[2], minute: pairs[3], second: pairs[4])
        return calendar.date(from: parts).map { Int64($0.timeIntervalSince1970) } ?? 0
    }

    private static func year(ofUTCTime digits: Int) -> Int { digits < 50 ? 2_000 + digits : 1_900 + digits }

    /// Every time in a DER or PEM file, in order: notBefore and notAfter, or thisUpdate, nextUpdate and the revocation dates.
    static func all(in file: String, form: String, _ sandbox: Sandbox) async throws -> [EncodedTime] {
        let parsed = try await sandbox.run("openssl", ["asn1parse", "-inform", form, "-in", file]).succeeded().output
        return parsed.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
            guard let place = words.firstIndex(where: { $0 == "UTCTIME" || $0 == "GENERALIZEDTIME" }), let text = words.last else {
                return nil
            }
            return EncodedTime(form: String(words[place]), text: String(text))
        }
    }
}
