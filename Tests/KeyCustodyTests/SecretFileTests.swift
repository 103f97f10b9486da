import Foundation
import KeyCustody
import PKI
import TestKit
import Testing

@Suite struct `Secret files` {
    let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    @Test(arguments: [0o644, 0o444, 0o604, 0o660, 0o620, 0o602, 0o610, 0o450, 0o601, 0o777])
    func `that others can read, or group can change, are refused with the mode and what to do`(mode: Int) throws {
        let path = try scratch.file("secret", "x", mode: mode)
        let error = #expect(throws: KeyCustodyError.fileExposed(path: path, mode: UInt32(mode))) { try SecretFile.read(path) }
        #expect(error?.summary.contains("0" + String(mode, radix: 8)) == true)
        #expect(error?.remedy.hasPrefix("chmod 600 \(path)") == true)
    }

    @Test(arguments: [0o600, 0o400, 0o700]) func `of their owner alone are read`(mode: Int) throws {
        #expect(try SecretFile.read(scratch.file("secret", "abc", mode: mode)) == Array("abc".utf8))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file to another group"), arguments: [0o440, 0o640])
    func `may be readable for root's group and this process's own, as Kubernetes mounts them`(mode: Int) throws {
        let path = try scratch.file("secret", "abc", mode: mode)
        #expect(try SecretFile.read(path) == Array("abc".utf8))
        try FileManager.default.setAttributes([.groupOwnerAccountID: 4_242], ofItemAtPath: path)
        #expect(throws: KeyCustodyError.fileExposed(path: path, mode: UInt32(mode))) { try SecretFile.read(path) }
    }

    @Test func `behind links are judged by where the link leads`() throws {
        let exposed = try scratch.file("exposed", "x", mode: 0o644)
        let closed = try scratch.file("closed", "x")
        for (link, target) in [("a", exposed), ("b", closed)] {
            try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/\(link)", withDestinationPath: target)
        }
        #expect(throws: KeyCustodyError.fileExposed(path: scratch.path("a"), mode: 0o644)) { try SecretFile.read(scratch.path("a")) }
        #expect(try SecretFile.read(scratch.path("b")) == Array("x".utf8))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `of another user are refused`() throws {
        let path = try scratch.file("secret", "x")
        try FileManager.default.setAttributes([.ownerAccountID: 12_345], ofItemAtPath: path)
        #expect(throws: KeyCustodyError.fileForeign(path: path, owner: 12_345)) { try SecretFile.read(path) }
    }

    @Test func `that are missing, directories or too large are refused`() throws {
        let missing = scratch.path("none")
        #expect(throws: KeyCustodyError.fileMissing(path: missing)) { try SecretFile.read(missing) }
        #expect(throws: KeyCustodyError.notAFile(path: scratch.path)) { try SecretFile.read(scratch.path) }
        let large = try scratch.file("large", String(repeating: "x", count: 4_097))
        #expect(throws: KeyCustodyError.fileTooLarge(path: large, limit: 4_096)) { try SecretFile.read(large) }
    }

    @Test func `give their text without the white space around it`() throws {
        #expect(try SecretFile.readText(scratch.file("token", " \ts.abc \r\n\n")) == "s.abc")
    }
}

@Suite struct `Sealing secrets` {
    let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    static let hexadecimal = String(repeating: "0aF", count: 21) + "0"

    @Test(arguments: [hexadecimal, " \(hexadecimal)\r\n", Data(repeating: 7, count: 32).base64EncodedString() + "\n"])
    func `are 32 octets in hexadecimal or base64`(text: String) throws {
        #expect(try SealingSecret(keyFile: scratch.file("key", text)).kind == .keyFile)
    }

    @Test(arguments: [
        "", "\n", String(hexadecimal.dropLast(2)), hexadecimal + "00", "zz" + hexadecimal.dropFirst(2),
        Data(repeating: 7, count: 31).base64EncodedString(), "correct horse battery staple",
    ])
    func `of any other form are refused without quoting them`(text: String) throws {
        let path = try scratch.file("key", text)
        let error = #expect(throws: KeyCustodyError.notASealingKey(source: path)) { try SealingSecret(keyFile: path) }
        #expect(text.count < 8 || error?.description.contains(text) == false)
    }

    @Test func `as passphrases need eight characters beside the line's end`() throws {
        let short = try scratch.file("short", "seven77\r\n")
        #expect(throws: KeyCustodyError.passphraseTooShort(source: short, minimum: 8)) { try SealingSecret(passphraseFile: short) }
        #expect(try SealingSecret(passphraseFile: scratch.file("long", "eight888\n")).kind == .passphrase)
    }

    @Test func `never show themselves`() throws {
        let secret = try SealingSecret(keyFile: scratch.file("key", Self.hexadecimal))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: secret)] { #expect(text == "<redacted>") }
        #expect(!dumped.lowercased().contains("0af") && !dumped.contains("material"))
    }

    @Test func `are made as files of their owner alone, once`() throws {
        var generator = SeededGenerator(seed: 1)
        let path = scratch.path("unseal.key")
        let made = try SealingSecret.createKeyFile(path, using: &generator)
        #expect(try scratch.mode(of: "unseal.key") == 0o600)
        #expect(throws: KeyCustodyError.fileExists(path: path)) { try SealingSecret.createKeyFile(path, using: &generator) }
        let key = try PrivateKey.generate(.p256)
        let sealed = try KeyVault.seal(key, name: "devices", secret: made, using: &generator)
        let opened = try KeyVault.unseal(sealed, name: "devices", secret: SealingSecret(keyFile: path))
        #expect(opened.publicKey == key.publicKey)
    }
}
