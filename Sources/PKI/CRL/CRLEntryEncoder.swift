/// Writes entries of revokedCertificates (RFC 5280 §5.1.2.6), each on its own, so that a list grows by appending.
package enum CRLEntryEncoder {
    /// Appends one entry: 35 octets for a serial number of 16 octets, 49 with a reason.
    ///
    /// - Parameter reason: left out when unspecified, as RFC 5280 §5.3.1 wants it.
    package static func encodeEntry(serial: SerialNumber, date: UnixTime, reason: RevocationReason, into bytes: inout [UInt8]) {
        let time = CivilTime(date).fitsUTCTime ? 15 : 17
        let sign = serial.octets.first.map { $0 >= 0x80 ? 1 : 0 } ?? 1
        let extensions = reason == .unspecified ? 0 : reasonPrefix.count + 1
        var writer = DERWriter()
        swap(&writer.storage, &bytes)
        writer.storage.append(0x30)
        writer.appendLength(2 + sign + serial.octets.count + time + extensions)
        writer.integer(serial.octets)
        writer.time(date)
        if extensions > 0 {
            writer.raw(reasonPrefix)
            writer.storage.append(UInt8(reason.rawValue))
        }
        swap(&writer.storage, &bytes)
    }

    // crlEntryExtensions with one reasonCode, up to the ENUMERATED's value.
    private static let reasonPrefix: [UInt8] = [
        0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01,
    ]
}
