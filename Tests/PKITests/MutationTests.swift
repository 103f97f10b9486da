import PKI
import TestKit
import Testing

/// Hostile octets must end in an error, never in a crash: the parsers face the open network.
@Suite struct MutationTests {
    private static let rounds = 1_500

    @Test func `no mutation of a request, a certificate, a CRL or a key crashes its parser`() throws {
        let authority = try ThrowAwayCA()
        let key = try PrivateKey.generate(.p256)
        let request = try makeSigningRequest(
            key: key, commonName: "x", organization: "y", organizationalUnit: "z", names: [.dns("a"), .ip([1, 2, 3, 4]), .uri("urn:x")])
        let certificate = authority.devices.certificate.der
        let list = try authority.devices.makeCRL(number: 1, revoked: [(try SerialNumber(octets: [0x40]), 1, .keyCompromise)])
        var generator = SeededGenerator(seed: 42)
        var accepted = 0
        for _ in 0..<Self.rounds {
            let mutated = [request, certificate, list, key.der].map { mutate($0, &generator) }
            if (try? SigningRequest(der: mutated[0])) != nil, mutated[0] != request { accepted += 1 }
            _ = try? CertificateDocument(der: mutated[1])
            _ = try? CertificateRevocationList(der: mutated[2]).entries()
            _ = try? PrivateKey(der: mutated[3])
        }
        #expect(accepted == 0)
    }

    @Test func `no mutation of a PEM text crashes its parser`() throws {
        let text = Array((try ThrowAwayCA()).chainPEM.utf8)
        var generator = SeededGenerator(seed: 43)
        for _ in 0..<Self.rounds {
            let mutated = String(decoding: mutate(text, &generator), as: UTF8.self)
            _ = try? PEM.decode(mutated)
            _ = PEM.read(mutated)
        }
    }

    private func mutate(_ der: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var der = der
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !der.isEmpty {
            let index = Int.random(in: 0..<der.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: der[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: der[index] = UInt8.random(in: 0...255, using: &generator)
            case 2: der.remove(at: index)
            case 3: der.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            default: der.removeSubrange(index..<min(der.count, index + Int.random(in: 1...40, using: &generator)))
            }
        }
        return der
    }
}
