import Issuance
import KeyCustody
import PKI
import TestKit
import Testing

/// The whole life of a key of each algorithm in the table; another algorithm is tested here by its row.
@Suite struct `Each key algorithm` {
    private let files: TemporaryDirectory

    init() throws { files = try TemporaryDirectory() }

    /// `openssl pkeyutl` over the files message and signature.
    private func openssl(_ arguments: [String], _ algorithm: KeyAlgorithm) throws -> CommandResult {
        let digest =
            switch algorithm {
            case .ed25519: [String]()
            case .p384: ["-digest", "sha384"]
            case .p256, .rsa: ["-digest", "sha256"]
            }
        return try run("openssl", ["pkeyutl", "-rawin", "-in", "message"] + arguments + digest, directory: files.path)
    }

    @Test(arguments: KeyAlgorithm.allCases)
    func `signs what openssl verifies, is sealed and opened where a CA may have it, and is certified`(
        _ algorithm: KeyAlgorithm
    ) async throws {
        let key = try PrivateKey.generate(algorithm)
        #expect(key.algorithm == algorithm && KeyAlgorithm(name: algorithm.name) == algorithm)

        try await signs(key)
        try seals(key)
        try await certifies(key)
        try await isOfCA(key)
    }

    private func signs(_ key: PrivateKey) async throws {
        let message = Array("to be signed".utf8)
        try files.write(message, to: "message")
        try files.write(key.pem, to: "key.pem")
        try files.write(PEM.encode(key.publicKey.der, type: "PUBLIC KEY"), to: "public.pem")
        let signer: any Signer = key
        let toBeSigned = ToBeSigned(message[...], by: key.algorithm.signature)
        let signature = try await signer.sign(toBeSigned)
        try files.write(signature, to: "signature")
        let verified = try openssl(["-verify", "-pubin", "-inkey", "public.pem", "-sigfile", "signature"], key.algorithm)
        #expect(verified.status == 0, "\(verified)")

        #expect(try openssl(["-sign", "-inkey", "key.pem", "-out", "theirs"], key.algorithm).status == 0)
        let theirs = try files.read("theirs")
        #expect(key.publicKey.accepts(theirs[...], by: key.algorithm.signature.identifier[...], over: message[...]))
        #expect(key.publicKey.accepts(theirs[...], over: toBeSigned))
        #expect(!key.publicKey.accepts(theirs[...], over: ToBeSigned([0], by: key.algorithm.signature)))
        for foreign in KeyAlgorithm.allCases where foreign.policyName != key.algorithm.policyName {
            #expect(!key.publicKey.accepts(theirs[...], by: foreign.signature.identifier[...], over: message[...]))
        }
    }

    private func seals(_ key: PrivateKey) throws {
        var generator = SeededGenerator(seed: 2)
        let secret = try SealingSecret.createKeyFile(files.path("unseal.key"), using: &generator)
        guard key.algorithm.signsCertificates else {
            #expect(throws: KeyCustodyError.unsupportedKey(name: "root")) {
                try KeyVault.seal(key, name: "root", secret: secret, using: &generator)
            }
            return
        }
        let sealed = try KeyVault.seal(key, name: "root", secret: secret, using: &generator)
        let opened = try KeyVault.unseal(sealed, name: "root", secret: secret)
        #expect(opened.publicKey == key.publicKey && opened.algorithm == key.algorithm)
    }

    private func certifies(_ key: PrivateKey) async throws {
        let bench = try Bench()
        let request = NameRequest(csr: try request(Bench.uuid, organization: "Example", type: "sensor", key: .success(key)))
        let leaf = try await bench.issue(request)
        #expect(leaf.publicKey == key.publicKey && leaf.isSigned(by: bench.ca.devices.certificate))
        #expect(try bench.verification(of: leaf).status == 0)
        // The CA's own profile takes nothing but P-256.
        #expect(try bench.maker.role("service").keys.permits(key.algorithm))
    }

    /// A root with this key, or the refusal.
    private func isOfCA(_ key: PrivateKey) async throws {
        guard key.algorithm.signsCertificates else {
            #expect(throws: IssuerFault.keyTypeUnsupported(key.algorithm.name)) { try IssuerKey(key) }
            return
        }
        var generator = SeededGenerator(seed: 3)
        let root = try await CACertificate.root(
            commonName: "Root", organization: "Example", key: IssuerKey(key), serialNumber: SerialNumber(using: &generator),
            now: ThrowAwayCA.now)
        let file = try files.write(root.pem, to: "root.pem")
        let verified = try run("openssl", ["verify", "-x509_strict", "-attime", "\(ThrowAwayCA.now.seconds)", "-CAfile", file, file])
        #expect(verified.status == 0 && root.isSigned(by: root), "\(verified)")
    }

    @Test func `has one name, one policy name and one of Vault's`() {
        let names = KeyAlgorithm.allCases.map(\.name)
        #expect(names == ["ec-p256", "ec-p384", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"])
        #expect(KeyAlgorithm.policyNames == ["ec-p256", "ec-p384", "ed25519", "rsa"])
        let table: [(type: String?, bits: Int64, KeyAlgorithm?)] = [
            ("ec", 0, .p256), ("ec", 256, .p256), ("ec", 384, .p384), ("ec", 521, nil), (nil, 256, .p256), (nil, 384, .p384),
            ("ed25519", 0, .ed25519), ("ed25519", 256, .ed25519), ("rsa", 0, .rsa2048), ("rsa", 2048, .rsa2048), ("rsa", 3072, .rsa3072),
            ("rsa", 4096, .rsa4096), (nil, 4096, .rsa4096), ("rsa", 1024, nil), (nil, 1, nil), ("dsa", 0, nil),
        ]
        for (type, bits, expected) in table { #expect(KeyAlgorithm(vaultType: type, bits: bits) == expected, "\(type ?? "-") \(bits)") }
    }
}
