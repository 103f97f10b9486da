import APISchema
import CertificateClient
import Foundation
import PKI

extension FuzzTarget {
    /// Answers to the client: a line with the status, one with `Retry-After`, then the body.
    static let answer = FuzzTarget(name: "answer") { octets in
        let lines = octets.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3 else { return }
        let status = Int(String(decoding: lines[0].prefix(3), as: UTF8.self)) ?? 503
        let now = UnixTime(Int64(octets.count) * 1_000_003)
        let pause = RetryAfter.seconds(String(decoding: lines[1], as: UTF8.self), now: now)
        try require(pause.map { (0...86_400).contains($0) } ?? true, "a pause is bounded: \(pause ?? 0)")
        try checkRefusal(APIAnswer(status: status, retryAfter: pause, body: Array(lines[2])))
        try checkReading(Data(lines[2]))
    }
}

private func checkRefusal(_ answer: APIAnswer) throws {
    let refusal = answer.refusal
    try require(!refusal.summary.isEmpty || !refusal.messages.isEmpty, "a refusal has words")
    for attempt in 1...4 {
        let pause = RetryPolicy.persistent.pause(
            after: .answered(status: answer.status, retryAfter: answer.retryAfter), attempt: attempt, repeatable: true, jitter: 0.99)
        try require(pause.map { $0 > .zero && $0 < .seconds(60) } ?? true, "a pause between two attempts is positive and short")
    }
}

/// Every answer is read or refused, and what was read can be shown.
private func checkReading(_ body: Data) throws {
    let decoder = JSONDecoder()
    if let answer = try? decoder.decode(Envelope<SignedCertificate>.self, from: body), let signed = answer.data {
        try checkBooking(signed)
    }
    if let health = try? decoder.decode(ServerHealth.self, from: body) {
        let again = try decoder.decode(ServerHealth.self, from: JSONEncoder().encode(health))
        try requireEqual(again, health, "health that was read can be written")
    }
    _ = try? decoder.decode(Envelope<RevokedCertificate>.self, from: body)
    _ = try? decoder.decode(Envelope<SearchResult>.self, from: body)
    _ = try? decoder.decode(Envelope<CertificateReading>.self, from: body)
}

/// Whatever time the answer books, the next renewal lies within the certificate's life.
private func checkBooking(_ signed: SignedCertificate) throws {
    let told = (UnixTime(signed.notBefore), UnixTime(signed.expiration))
    for (start, end) in [told, (0, 2_592_000), (2_592_000, 0)] {
        let time = renewalTime(booked: UnixTime(signed.renewAt), notBefore: start, notAfter: end)
        try require(time >= start && time <= max(start, end), "a renewal is due within the certificate's life: \(time)")
    }
}
