import Crypto
import TestKit
import Testing

@testable import PKI

@Suite struct ECDSASignatureTests {
    @Test func `r and s are the ones that swift-crypto reads, whatever their lengths`() throws {
        let key = P256.Signing.PrivateKey()
        for index in 0..<2_000 {
            // About one in 128 begins with a zero octet: those are padded.
            let signature = try key.signature(for: SHA256.hash(data: Array("\(index)".utf8)))
            #expect(ECDSASignature.raw(Array(signature.derRepresentation)[...], coordinate: 32) == Array(signature.rawRepresentation))
            #expect(ECDSASignature.der(raw: Array(signature.rawRepresentation)) == Array(signature.derRepresentation))
        }
    }

    @Test func `what was altered anywhere is no signature, or another one`() throws {
        let signature = try P256.Signing.PrivateKey().signature(for: SHA256.hash(data: [1]))
        let der = Array(signature.derRepresentation)
        for index in der.indices {
            for bit in 0..<8 {
                var altered = der
                altered[index] ^= 1 << bit
                let library = try? P256.Signing.ECDSASignature(derRepresentation: altered).rawRepresentation
                let ours = ECDSASignature.raw(altered[...], coordinate: 32)
                #expect(ours != Array(signature.rawRepresentation))
                // Where the library reads one, it is the same.
                if let library { #expect(ours == Array(library)) }
            }
        }
    }

    @Test(
        arguments: [
            [], [0x30, 0x00], [0x30, 0x03, 0x02, 0x01, 0x01], [0x30, 0x06, 0x02, 0x01, 0x81, 0x02, 0x01, 0x01],
            [0x30, 0x07, 0x02, 0x02, 0x00, 0x01, 0x02, 0x01, 0x01], [0x30, 0x09, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01],
            [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x00], [0x30, 0x25, 0x02, 0x20] + Array(repeating: 0x01, count: 32),
            [0x30, 0x26, 0x02, 0x21] + Array(repeating: 0x01, count: 33) + [0x02, 0x01, 0x01],
        ] as [[UInt8]])
    func `what is no ECDSA-Sig-Value of the curve is refused`(der: [UInt8]) {
        #expect(ECDSASignature.raw(der[...], coordinate: 32) == nil)
    }
}
