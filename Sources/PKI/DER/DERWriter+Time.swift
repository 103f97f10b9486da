extension DERWriter {
    /// Writes a Time: UTCTime for 1950 to 2049, GeneralizedTime otherwise (RFC 5280 §4.1.2.5).
    /// Times after the year 9999 become its last second, which is how the RFC writes "no end".
    package mutating func time(_ moment: UnixTime) {
        let time = CivilTime(moment)
        if time.fitsUTCTime {
            storage.append(0x17)
            storage.append(13)
            digits(of: time)
        } else {
            generalizedTime(moment)
        }
    }

    /// Writes a GeneralizedTime, whatever the year.
    mutating func generalizedTime(_ moment: UnixTime) {
        let time = CivilTime(moment)
        storage.append(0x18)
        storage.append(15)
        twoDigits(time.year / 100)
        digits(of: time)
    }

    /// All but the century.
    private mutating func digits(of time: CivilTime) {
        twoDigits(time.year % 100)
        twoDigits(time.month)
        twoDigits(time.day)
        twoDigits(time.hour)
        twoDigits(time.minute)
        twoDigits(time.second)
        storage.append(UInt8(ascii: "Z"))
    }

    private mutating func twoDigits(_ value: Int) {
        storage.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
        storage.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
