import Foundation
import HTTPFront
import HTTPTypes
import NIOCore
import VaultAPI

extension FuzzTarget {
    /// Bodies of API requests.
    static let json = FuzzTarget(name: "json") { octets in
        guard let fields = try unlessRefused({ try RequestFields(ByteBuffer(bytes: octets)) }) else { return }
        try checkReaders(fields)
        guard !octets.isEmpty else { return }
        let value = try? JSONSerialization.jsonObject(with: Data(octets), options: .fragmentsAllowed)
        let judged = value is NSNull ? [:] : value as? [String: Any]
        guard let judged else { throw BrokenInvariant(description: "JSONSerialization reads no object in what we accept") }
        // Foundation drops a byte order mark behind a quote or an escape; inside a text it is a character like others (RFC 8259 §8.1).
        guard octets.firstRange(of: Array("\u{FEFF}".utf8)) == nil else { return }
        for name in ["csr", "common_name", "ttl"] {
            guard let ours = try unlessRefused({ try fields.string(name) }) else { continue }
            guard let theirs = judged[name] as? String else { continue }
            try requireEqual(ours, theirs.isEmpty ? nil : theirs, "the text of \(name)")
        }
    }
}

/// Every reader of a field either reads or refuses.
private func checkReaders(_ fields: RequestFields) throws {
    for name in ["common_name", "alt_names", "ttl", "renewable", "num_uses", "ticket"] {
        _ = try unlessRefused { try fields.string(name) }
        _ = try unlessRefused { try fields.bool(name) }
        _ = try unlessRefused { try fields.integer(name) }
        _ = try unlessRefused { try fields.seconds(name) }
        if let texts = try unlessRefused({ try fields.strings(name) }) {
            try require(texts.count <= 1 << 20, "a list is bounded")
        }
        if let inner = try unlessRefused({ try fields.object(name) }), let inner { _ = try unlessRefused { try inner.string("id") } }
    }
    _ = try unlessRefused { try fields.signingRequest() }
    _ = try unlessRefused { try fields.alternativeNames() }
    _ = try unlessRefused { try fields.keyKind() }
}

/// What was read; nil when it was refused as the client's mistake, in good words.
private func unlessRefused<Value>(_ read: () throws -> Value) throws -> Value? {
    do {
        return try read()
    } catch let refusal as APIFailure {
        try requireEqual(refusal.status.code, 400, "a body that cannot be read is the client's mistake")
        for line in refusal.errors { try requireWords(summary: line, remedy: refusal.code) }
        try require(refusal.errors.allSatisfy { $0.contains("remedy: ") }, "a refusal has a remedy")
        return nil
    }
}
