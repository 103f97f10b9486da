import Crypto
import Foundation
import PKI
import TestKit
import Testing

@testable import KeyCustody

@Suite struct `Sealed keys` {
    let scratch: TemporaryDirectory
    let secret: SealingSecret
    let key: PrivateKey
    let sealed: [UInt8]

    init() throws {
        var generator = SeededGenerator(seed: 7)
        scratch = try TemporaryDirectory()
        secret = try SealingSecret.createKeyFile(scratch.path("unseal.key"), using: &generator)
        key = try PrivateKey.generate(.p256)
        sealed = try KeyVault.seal(key, name: "devices", secret: secret, using: &generator)
    }

    @Test func `do not contain the key`() throws {
        let text = String(decoding: sealed, as: UTF8.self)
        #expect(!text.contains(key.der.map { String(format: "%02x", $0) }.joined()))
        #expect(text.hasPrefix("{\n  \"version\": 1,\n  \"name\": \"devices\",\n  \"kdf\": {\"name\": \"none\"},\n  \"nonce\": \""))
    }

    @Test func `with any bit turned are refused`() throws {
        for index in sealed.indices {
            for bit in 0..<8 {
                var altered = sealed
                altered[index] ^= 1 << UInt8(bit)
                #expect(throws: KeyCustodyError.self, "bit \(bit) of octet \(index)") {
                    try KeyVault.unseal(altered, name: "devices", secret: secret)
                }
            }
        }
    }

    @Test func `cut short or with anything added are refused`() throws {
        for count in 0..<sealed.count {
            #expect(throws: KeyCustodyError.self) { try KeyVault.unseal(Array(sealed.prefix(count)), name: "devices", secret: secret) }
        }
        for tail in ["\n", " ", "{}", "\0"] {
            #expect(throws: KeyCustodyError.self) { try KeyVault.unseal(sealed + Array(tail.utf8), name: "devices", secret: secret) }
        }
    }

    @Test func `under another name are refused, also when the name inside is changed`() throws {
        #expect(throws: KeyCustodyError.wrongName(expected: "services", found: "devices")) {
            try KeyVault.unseal(sealed, name: "services", secret: secret)
        }
        let renamed = Array(String(decoding: sealed, as: UTF8.self).replacing("devices", with: "services").utf8)
        #expect(throws: KeyCustodyError.wrongSecret(name: "services", source: secret.source)) {
            try KeyVault.unseal(renamed, name: "services", secret: secret)
        }
    }

    @Test func `with the wrong key file name the file to check`() throws {
        var generator = SeededGenerator(seed: 9)
        let path = scratch.path("other.key")
        let other = try SealingSecret.createKeyFile(path, using: &generator)
        let error = #expect(throws: KeyCustodyError.wrongSecret(name: "devices", source: path)) {
            try KeyVault.unseal(sealed, name: "devices", secret: other)
        }
        #expect(error?.description.contains("check \(path)") == true)
    }

    @Test func `of a later version are refused as such`() throws {
        let later = Array(String(decoding: sealed, as: UTF8.self).replacing("\"version\": 1", with: "\"version\": 2").utf8)
        #expect(throws: KeyCustodyError.unsupportedVersion(name: "devices", version: 2)) {
            try KeyVault.unseal(later, name: "devices", secret: secret)
        }
    }

    @Test(arguments: ["", ".devices", "a/b", "../root", "a\"b", "Ä", "A", String(repeating: "a", count: 65), "a b", "a\n"])
    func `cannot have a name that is no file name`(name: String) throws {
        var generator = SeededGenerator(seed: 3)
        #expect(throws: KeyCustodyError.invalidName(name)) { try KeyVault.seal(key, name: name, secret: secret, using: &generator) }
    }

    @Test func `are stored for their owner alone and never over another`() throws {
        var generator = SeededGenerator(seed: 4)
        let path = scratch.path("devices.key")
        try KeyVault.store(key, name: "devices", secret: secret, at: path, using: &generator)
        #expect(try scratch.mode(of: "devices.key") == 0o600)
        #expect(try KeyVault.load(path, name: "devices", secret: secret).publicKey == key.publicKey)
        #expect(throws: KeyCustodyError.fileExists(path: path)) {
            try KeyVault.store(key, name: "devices", secret: secret, at: path, using: &generator)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: KeyCustodyError.fileExposed(path: path, mode: 0o644)) {
            try KeyVault.load(path, name: "devices", secret: secret)
        }
        #expect(try scratch.names == ["devices.key", "unseal.key"])
    }
}

@Suite struct `Keys sealed with a passphrase` {
    let scratch: TemporaryDirectory
    let secret: SealingSecret
    let key: PrivateKey
    let sealed: [UInt8]

    init() throws {
        var generator = SeededGenerator(seed: 11)
        scratch = try TemporaryDirectory()
        secret = try SealingSecret(passphraseFile: scratch.file("passphrase", "correct horse battery staple\n"))
        key = try PrivateKey.generate(.p384)
        sealed = try KeyVault.seal(key, name: "root", secret: secret, using: &generator)
    }

    @Test func `open with it and not with another`() throws {
        #expect(try KeyVault.unseal(sealed, name: "root", secret: secret).publicKey == key.publicKey)
        let path = try scratch.file("wrong", "correct horse battery stable\n")
        #expect(throws: KeyCustodyError.wrongSecret(name: "root", source: path)) {
            try KeyVault.unseal(sealed, name: "root", secret: SealingSecret(passphraseFile: path))
        }
    }

    @Test func `tell when they are opened with a key file, and the other way round`() throws {
        var generator = SeededGenerator(seed: 12)
        let keyFile = try SealingSecret.createKeyFile(scratch.path("unseal.key"), using: &generator)
        #expect(throws: KeyCustodyError.secretKindDiffers(name: "root", sealedWith: .passphrase, source: keyFile.source)) {
            try KeyVault.unseal(sealed, name: "root", secret: keyFile)
        }
        let other = try KeyVault.seal(key, name: "root", secret: keyFile, using: &generator)
        #expect(throws: KeyCustodyError.secretKindDiffers(name: "root", sealedWith: .keyFile, source: secret.source)) {
            try KeyVault.unseal(other, name: "root", secret: secret)
        }
    }

    @Test(arguments: [
        ("\"n\": 32768", "\"n\": 16384"), ("\"n\": 32768", "\"n\": 262144"), ("\"n\": 32768", "\"n\": 1099511627776"),
        ("\"n\": 32768", "\"n\": 32767"), ("\"n\": 32768", "\"n\": -32768"), ("\"n\": 32768", "\"n\": 0"),
        ("\"r\": 8", "\"r\": 1"), ("\"r\": 8", "\"r\": 1073741824"), ("\"p\": 1", "\"p\": 1048576"), ("\"p\": 1", "\"p\": 0"),
        ("\"scrypt\"", "\"argon2\""), ("\"salt\": \"", "\"salt\": \"00"),
    ])
    func `with other parameters are refused before any memory is spent`(from: String, to: String) throws {
        let altered = String(decoding: sealed, as: UTF8.self).replacing(from, with: to)
        let error = #expect(throws: KeyCustodyError.self) {
            try KeyVault.unseal(Array(altered.utf8), name: "root", secret: secret)
        }
        guard case .corrupt = error else {
            Issue.record("\(from) as \(to): \(String(describing: error))")
            return
        }
    }

    @Test func `with acceptable but other parameters do not open`() throws {
        let altered = String(decoding: sealed, as: UTF8.self).replacing("\"n\": 32768", with: "\"n\": 65536")
        #expect(throws: KeyCustodyError.wrongSecret(name: "root", source: secret.source)) {
            try KeyVault.unseal(Array(altered.utf8), name: "root", secret: secret)
        }
    }

    @Test func `are made by scrypt as RFC 7914 has it`() throws {
        // RFC 7914 has no vector of N = 2^15; this one is from Python's hashlib.scrypt.
        let header = /"n": 32768, "r": 8, "p": 1, "salt": "[0-9a-f]{32}"/
        #expect(String(decoding: sealed, as: UTF8.self).contains(header))
        let derived = try KeyDerivation.scrypt(rounds: 1 << 15, salt: Array(0..<16)).sealingKey(from: secret, name: "root")
        let octets = unsafe derived.withUnsafeBytes { unsafe Array($0) }
        #expect(octets.map { String(format: "%02x", $0) }.joined() == "7a8e34241db898d59175c696538c417467a975ffe569068425f16188d3159c58")
    }
}
