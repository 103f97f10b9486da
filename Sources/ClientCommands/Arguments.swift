internal import ArgumentParser
internal import CertificateClient
internal import Foundation
internal import PKI

/// A time on the command line: RFC 3339, seconds since 1970, or a distance from now such as `24h` or `7d`.
struct TimeArgument: ExpressibleByArgument, Sendable, Equatable {
    private enum Value: Sendable, Equatable {
        case moment(UnixTime)
        case distance(Int64)
    }

    private let value: Value

    init?(argument: String) {
        if let seconds = Int64(argument), seconds >= 0 {
            value = .moment(UnixTime(seconds))
        } else if let distance = GoDuration.seconds(argument) {
            value = .distance(distance)
        } else {
            let date: Date
            do { date = try Date(argument, strategy: .iso8601) } catch { return nil }
            guard let seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.down)) else { return nil }
            value = .moment(UnixTime(seconds))
        }
    }

    /// A distance is counted back from now.
    func before(_ now: UnixTime) -> UnixTime {
        switch value {
        case .moment(let time): time
        case .distance(let seconds): now - seconds
        }
    }

    /// A distance is counted on from now.
    func after(_ now: UnixTime) -> UnixTime {
        switch value {
        case .moment(let time): time
        case .distance(let seconds): now + seconds
        }
    }
}

/// A duration on the command line, in Go's notation or seconds.
struct DurationArgument: ExpressibleByArgument, Sendable, Equatable {
    /// 24 hours.
    static let day = DurationArgument(text: "24h")

    /// As it was written; every part of the API reads the same notation.
    let text: String

    init?(argument: String) {
        guard let seconds = GoDuration.seconds(argument), seconds > 0 else { return nil }
        text = argument
    }

    private init(text: String) { self.text = text }

    var defaultValueDescription: String { text }
}

/// What a person calls a certificate by: its serial number, or a file that holds it, PEM or DER.
enum CertificateReference: Sendable {
    case serialNumber(SerialNumber)
    /// The first certificate is meant; others are its chain. Keys in the file are passed over.
    case file([CertificateDocument])

    /// An existing file wins over a name that happens to be hexadecimal.
    init(_ text: String) throws(ClientError) {
        guard FileManager.default.fileExists(atPath: text) else {
            do { self = .serialNumber(try SerialNumber(text: text)) } catch { throw .invalidSerialNumber(text) }
            return
        }
        guard let bytes = try ClientFile.read(text, limit: 1 << 20) else { throw .file(path: text, problem: .missing) }
        let bundle = CertificateBundle(bytes)
        do throws(NoCertificate) { try bundle.requireSome() } catch {
            throw .file(path: text, problem: .malformed(reason: error.summary))
        }
        self = .file(bundle.certificates)
    }
}
