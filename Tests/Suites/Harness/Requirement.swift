import Foundation
import Testing

/// A program from elsewhere that a suite needs.
enum Requirement: String, CaseIterable, Sendable {
    case openssl, curl, mosquitto, hvac, bao, java, erlang, gnutls, pkilint, python, prlimit, strace, faketime

    /// What proves that it is here: a program, or a file of the Python environment.
    var path: String? {
        switch self {
        case .openssl: Programs.find("openssl")
        case .curl: Programs.find("curl")
        case .mosquitto: Programs.find("mosquitto_pub") == nil ? nil : Programs.find("mosquitto")
        case .hvac: Programs.python("python")
        case .bao: Programs.python("bao")
        case .java: Programs.find("javac") == nil ? nil : Programs.find("java")
        case .erlang: Programs.find("escript")
        case .gnutls: Programs.find("certtool")
        case .pkilint: Programs.python("lint_pkix_cert")
        case .faketime: FakedClock.library
        case .python: Programs.find("python3")
        case .prlimit: Programs.find("prlimit")
        case .strace: Programs.find("strace")
        }
    }

    /// How to get it.
    var remedy: String {
        switch self {
        case .hvac, .bao, .pkilint: "scripts/install-python-tools"
        default: "scripts/install-packages test"
        }
    }

    /// Whether it is here.
    var isMet: Bool { path != nil }

    /// The line that a skipped suite prints.
    var skipped: String { "SKIPPED: \(rawValue) suite: \(rawValue) is missing, install it with \(remedy)" }

    /// In CI nothing is skipped: what is missing there is a failure.
    static var allAreMandatory: Bool { ProcessInfo.processInfo.environment["CI"] != nil }
}

extension Trait where Self == ConditionTrait {
    /// Skips the suite, loudly, where a program that it needs is missing.
    static func needs(_ requirements: Requirement...) -> Self {
        let missing = requirements.filter { !$0.isMet }
        for requirement in missing {
            FileHandle.standardError.write(Data((requirement.skipped + "\n").utf8))
        }
        return .enabled(if: missing.isEmpty, Comment(rawValue: missing.map(\.skipped).joined(separator: ", ")))
    }
}
