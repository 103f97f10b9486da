import PKI
import TestKit
import Testing

@Suite struct SubjectPublicKeyTests {
    @Test(arguments: [
        ("ec-p256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("ec-p384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]), ("ed25519", ["-algorithm", "ED25519"]),
        ("rsa-2048", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
        ("rsa-3072", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"]),
    ])
    func `openssl's keys are recognised`(name: String, arguments: [String]) throws {
        let der = try publicKey(arguments)
        let key = try SubjectPublicKey(der: der)
        #expect(key.algorithm.name == name)
        #expect(key.der == der)
        let digest = try run("openssl", ["dgst", "-sha256", "-binary"], input: der)
        #expect(key.sha256 == digest.standardOutput)
    }

    @Test func `the key identifier is the start of the SHA-256 of the bit string`() throws {
        // The example of RFC 7093 §3, method 1.
        let point =
            "047f7f35a79794c950060b8029fc8f363a28f11159692d9d34e6ac948190434735f833b1a66652dc514337aff7f5c9c75d670c019d95a5d639b72744c64a9128bb"
        let head = "3059301306072a8648ce3d020106082a8648ce3d030107034200"
        let key = try SubjectPublicKey(der: try #require(octets(hexadecimal: head + point)))
        #expect(hexadecimal(key.keyIdentifier) == "bf37b3e5808fd46d54b28e846311bcce1cad2e1a")
    }

    @Test(
        arguments: [
            (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], .unsupportedCurve("1.3.132.0.35")),
            (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], .unsupportedCurve("1.3.132.0.10")),
            (
                ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
                .unsupportedParameters(algorithm: "EC")
            ),
            (["-algorithm", "X25519"], .unsupportedAlgorithm("1.3.101.110")),
            (["-algorithm", "ED448"], .unsupportedAlgorithm("1.3.101.113")),
            (["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], .unsupportedAlgorithm("1.2.840.113549.1.1.10")),
            (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], .rsaTooSmall(bits: 1_024)),
            (
                ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3"],
                .rsaExponentTooSmall(3)
            ),
            (
                ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:4294967297"],
                .rsaExponentTooLarge(bits: 33)
            ),
        ] as [([String], UnusableKey)])
    func `openssl's keys of other kinds are refused with the reason`(arguments: [String], reason: UnusableKey) throws {
        let der = try publicKey(arguments)
        #expect(throws: reason) { try SubjectPublicKey(der: der) }
    }

    @Test(
        arguments: [
            ("roca", WeakModuli.roca, .rsaROCA), ("adjacent primes", WeakModuli.adjacentPrimes, .rsaClosePrimes),
            ("round 99", WeakModuli.fermat99, .rsaClosePrimes), ("a square", WeakModuli.square, .rsaClosePrimes),
            ("751", WeakModuli.divisibleBy751, .rsaSmallFactor(751)),
            ("even", String(repeating: "f", count: 511) + "e", .rsaSmallFactor(2)),
            ("8200 bits", "80" + String(repeating: "00", count: 1_023) + "01", .rsaTooLarge(bits: 8_200)),
            ("2047 bits", "7f" + String(repeating: "ff", count: 255), .rsaTooSmall(bits: 2_047)),
        ] as [(String, String, UnusableKey)])
    func `a weak modulus is refused with its weakness`(name: String, modulus: String, reason: UnusableKey) throws {
        let der = try rsa(modulus: modulus, exponent: [0x01, 0x00, 0x01])
        #expect(throws: reason) { try SubjectPublicKey(der: der) }
        #expect(!reason.summary.isEmpty && !reason.remedy.isEmpty)
    }

    @Test func `a modulus whose factors are found only after round 100 is accepted`() throws {
        let der = try rsa(modulus: WeakModuli.fermat105, exponent: [0x01, 0x00, 0x01])
        #expect(try SubjectPublicKey(der: der).algorithm == .rsa(bits: 2_048))
    }

    @Test(
        arguments: [([0x01, 0x00, 0x02], .rsaExponentEven), ([], .rsaExponentTooSmall(0)), ([0xFF, 0xFF], .rsaExponentTooSmall(65_535))]
            as [([UInt8], UnusableKey)])
    func `an exponent that is even or small is refused`(exponent: [UInt8], reason: UnusableKey) throws {
        let der = try rsa(modulus: WeakModuli.fermat105, exponent: exponent)
        #expect(throws: reason) { try SubjectPublicKey(der: der) }
    }

    @Test func `a point off its curve, at infinity or compressed is refused`() throws {
        for (kind, curve) in [(KeyAlgorithm.p256, "P-256"), (.p384, "P-384")] {
            let good = try PrivateKey.generate(kind).publicKey.der
            var off = good
            off[off.count - 1] ^= 1
            #expect(throws: UnusableKey.pointNotOnCurve(curve: curve)) { try SubjectPublicKey(der: off) }
            let fieldOctets = kind == .p256 ? 32 : 48
            let head = Array(good.dropFirst(2).prefix(good.count - 2 - (2 * fieldOctets + 1) - 3))
            for point in [[0x00], [0x02] + good.suffix(2 * fieldOctets).prefix(fieldOctets)] as [[UInt8]] {
                var info = DERWriter()
                info.constructed(0x30) { info in
                    info.raw(head)
                    info.bitString(point)
                }
                #expect(throws: UnusableKey.pointNotOnCurve(curve: curve)) { try SubjectPublicKey(der: info.bytes) }
            }
        }
    }

    @Test func `a hybrid point is refused though it is on its curve`() throws {
        for kind in [KeyAlgorithm.p256, .p384] {
            var der = try PrivateKey.generate(kind).publicKey.der
            let first = der.count - (kind == .p256 ? 65 : 97)
            der[first] = 6 + der[der.count - 1] % 2
            #expect(throws: UnusableKey.pointNotOnCurve(curve: kind == .p256 ? "P-256" : "P-384")) { try SubjectPublicKey(der: der) }
        }
    }

    // The y of the points of small order, little-endian; the sign of x is set as well.
    @Test(arguments: [
        ("order 1", "01" + String(repeating: "00", count: 31)), ("order 2", "ec" + String(repeating: "ff", count: 30) + "7f"),
        ("order 4", String(repeating: "00", count: 32)),
        ("order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        ("order 8, the other", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ])
    func `an Ed25519 point of small order is no key, whatever its sign`(name: String, y: String) throws {
        for sign in [UInt8(0), 0x80] {
            var point = try #require(octets(hexadecimal: y))
            point[31] |= sign
            #expect(throws: UnusableKey.smallOrder(algorithm: "Ed25519")) { try SubjectPublicKey(der: ed25519(point)) }
        }
    }

    @Test func `an Ed25519 point in a second encoding is no key`() throws {
        // y = p + k for every k that fits into 255 bits.
        for octet in UInt8(0xED)...0xFF {
            for last in [UInt8(0x7F), 0xFF] {
                let point = [octet] + [UInt8](repeating: 0xFF, count: 30) + [last]
                #expect(throws: UnusableKey.notCanonical(algorithm: "Ed25519")) { try SubjectPublicKey(der: ed25519(point)) }
            }
        }
        // y = p − 2 is the largest that is not of small order.
        #expect(throws: Never.self) { try SubjectPublicKey(der: ed25519([0xEB] + [UInt8](repeating: 0xFF, count: 30) + [0x7F])) }
    }

    @Test func `anything but one whole SubjectPublicKeyInfo is malformed`() throws {
        let good = try PrivateKey.generate(.p256).publicKey.der
        for bad in [[], Array(good.dropLast()), good + [0], [0x31] + good.dropFirst()] {
            #expect {
                try SubjectPublicKey(der: bad)
            } throws: { error in
                if case UnusableKey.malformed? = error as? UnusableKey { true } else { false }
            }
        }
    }

    private func ed25519(_ point: [UInt8]) -> [UInt8] { [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + point }

    private func publicKey(_ arguments: [String]) throws -> [UInt8] {
        let pem = try run("openssl", ["genpkey"] + arguments)
        try #require(pem.status == 0, "\(pem)")
        return try run("openssl", ["pkey", "-pubout", "-outform", "DER"], input: pem.standardOutput).standardOutput
    }

    private func rsa(modulus: String, exponent: [UInt8]) throws -> [UInt8] {
        let modulus = try #require(octets(hexadecimal: modulus))
        var key = DERWriter()
        key.constructed(0x30) { key in
            key.integer(modulus)
            key.integer(exponent)
        }
        var info = DERWriter()
        info.constructed(0x30) { info in
            info.constructed(0x30) { algorithm in
                algorithm.objectIdentifier(.rsaEncryption)
                algorithm.primitive(0x05, [])
            }
            info.bitString(key.bytes)
        }
        return info.bytes
    }
}
