import Foundation
import PKI
import TestKit
import Testing

@Suite struct TimeTests {
    // Seconds by `date -u -d … +%s`.
    static let moments: [(time: UnixTime, der: String, text: String)] = [
        (0, "700101000000Z", "1970-01-01T00:00:00Z"),
        (-1, "691231235959Z", "1969-12-31T23:59:59Z"),
        (-631_152_000, "500101000000Z", "1950-01-01T00:00:00Z"),
        (951_782_400, "000229000000Z", "2000-02-29T00:00:00Z"),
        (1_709_164_800, "240229000000Z", "2024-02-29T00:00:00Z"),
        (1_709_251_199, "240229235959Z", "2024-02-29T23:59:59Z"),
        (1_709_251_200, "240301000000Z", "2024-03-01T00:00:00Z"),
        (2_524_607_999, "491231235959Z", "2049-12-31T23:59:59Z"),
        (2_524_608_000, "20500101000000Z", "2050-01-01T00:00:00Z"),
        (-631_152_001, "19491231235959Z", "1949-12-31T23:59:59Z"),
        (4_107_542_400, "21000301000000Z", "2100-03-01T00:00:00Z"),
        (253_402_300_799, "99991231235959Z", "9999-12-31T23:59:59Z"),
        (253_402_300_800, "99991231235959Z", "9999-12-31T23:59:59Z"),
    ]

    @Test(arguments: moments)
    func `a time is UTCTime through 2049 and GeneralizedTime from 2050`(time: UnixTime, der: String, text: String) {
        var writer = DERWriter()
        writer.time(time)
        #expect(writer.bytes.first == (der.count == 13 ? 0x17 : 0x18))
        #expect(String(decoding: writer.bytes.dropFirst(2), as: UTF8.self) == der)
        #expect(time.description == text)
    }

    @Test(arguments: moments.dropLast())
    func `a time is read as it was written`(time: UnixTime, der: String, text: String) throws {
        var reader = DERReader([der.count == 13 ? 0x17 : 0x18, UInt8(der.count)] + der.utf8)
        #expect(try reader.time() == time)
    }

    @Test(arguments: [
        "250229000000Z", "251301000000Z", "250001000000Z", "250100000000Z", "250101240000Z", "250101006000Z", "250101000060Z",
        "2501010000Z", "250101000000", "250101000000+0000", "25010100000aZ", "20250101000000Z", "20491231235959Z", "21000229000000Z",
        "20500101000000.5Z", "Z", "",
    ])
    func `a time that does not exist or is written otherwise is refused`(text: String) {
        var reader = DERReader([text.count >= 15 ? 0x18 : 0x17, UInt8(text.count)] + text.utf8)
        #expect(throws: DERError.invalidTime(at: 0)) { try reader.time() }
    }

    @Test(
        arguments: [
            (UnixTime.max, 1, UnixTime.max), (.min, -1, .min), (.max, .min, -1), (.min, .max, -1), (7, 5, 12), (0, -1, -1),
        ] as [(UnixTime, Int64, UnixTime)])
    func `a sum beyond 64 bits is their end`(time: UnixTime, seconds: Int64, sum: UnixTime) {
        #expect(time + seconds == sum)
        #expect(seconds == .min || time - -seconds == sum)
    }

    @Test func `the seconds between two times are bounded too`() {
        let differences: [Int64] = [UnixTime.max - UnixTime.min, UnixTime.min - UnixTime.max, UnixTime(12) - UnixTime(5)]
        #expect(differences == [.max, .min, 7])
    }

    @Test func `a time is a number in JSON`() throws {
        #expect(String(decoding: try JSONEncoder().encode([UnixTime(-5), 1_767_225_600]), as: UTF8.self) == "[-5,1767225600]")
        #expect(try JSONDecoder().decode([UnixTime].self, from: Data("[1767225600]".utf8)) == [1_767_225_600])
    }

    @Test(arguments: [(1_500, "1970-01-01T00:00:01.500Z"), (-1, "1969-12-31T23:59:59.999Z"), (7, "1970-01-01T00:00:00.007Z")])
    func `milliseconds have three digits`(milliseconds: Int64, text: String) {
        #expect(UnixTime.rfc3339(milliseconds: milliseconds) == text)
    }

    @Test(
        arguments: [
            ("72h", 259_200), ("2160h0m0s", 7_776_000), ("30m", 1_800), ("86400", 86_400), ("7d", 604_800), ("1.5h", 5_400), ("0", 0),
            ("2000ms", 2), ("1h0.5s500ms", 3_601), (".5m", 30), ("0ns", 0),
        ] as [(String, Int64)])
    func `a duration as Go writes it is whole seconds`(text: String, seconds: Int64) {
        #expect(GoDuration.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "h", "-1h", "1h-1m", "1x", "1h5", ".", ".h", "1..5h", "99999999999999999999", "999999999999999999999h", "1 h", "1ns", "1500ms",
        "1h0.5s", "0.0000000001s",
        "9223372036854775808",
        "999999999999999999d",
    ])
    func `what is no duration is nil`(text: String) {
        #expect(GoDuration.seconds(text) == nil)
    }
}
