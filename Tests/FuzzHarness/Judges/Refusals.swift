import CRLPublishing
import KeyCustody
import PKI

/// An error of ours: what is wrong, and what to do about it.
protocol Refusal: Error {
    var summary: String { get }
    var remedy: String { get }
}

extension InvalidSigningRequest: Refusal {}
extension InvalidCertificate: Refusal {}
extension InvalidCRL: Refusal {}
extension InvalidPEM: Refusal {}
extension InvalidPrivateKey: Refusal {}
extension UnusableKey: Refusal {}
extension PublishingFailure: Refusal {}
extension KeyCustodyError: Refusal {}
extension SealedStreamFault: Refusal {}

/// What was read; nil when it was refused, in good words. Any other error passes.
func accepted<Value>(_ read: () throws -> Value) throws -> Value? {
    do {
        return try read()
    } catch let refusal as any Refusal {
        try requireWords(summary: refusal.summary, remedy: refusal.remedy)
        return nil
    }
}

/// Octets that must not be read as anything.
func requireRefused<Value>(_ octets: some Sequence<UInt8>, _ read: ([UInt8]) throws -> Value) throws {
    try require(try accepted { try read(Array(octets)) } == nil, "what is cut short, or followed by an octet, is refused")
}
