import Crypto
import Foundation
package import PKI

/// Seals CA keys into files and opens them again (AES-256-GCM).
package enum KeyVault {
    /// The octets of a sealed key file.
    /// - Parameters:
    ///   - name: what the key is called from now on; opening it under another name fails.
    ///   - generator: draws salt and nonce.
    package static func seal(
        _ key: PrivateKey, name: String, secret: SealingSecret, using generator: inout some RandomNumberGenerator
    ) throws(KeyCustodyError) -> [UInt8] {
        try SealedKey.check(name: name)
        guard key.algorithm.signsCertificates else { throw .unsupportedKey(name: name) }
        let derivation = KeyDerivation(for: secret, using: &generator)
        let sealingKey = try derivation.sealingKey(from: secret, name: name)
        let nonce = randomOctets(SealedKey.nonceLength, using: &generator)
        let header = Data(SealedKey.header(name: name, derivation: derivation).utf8)
        do {
            let box = try AES.GCM.seal(key.der, using: sealingKey, nonce: AES.GCM.Nonce(data: nonce), authenticating: header)
            let ciphertext = Array(box.ciphertext) + Array(box.tag)
            return SealedKey(name: name, derivation: derivation, nonce: nonce, ciphertext: ciphertext).encoded
        } catch { throw .cryptographyFailed("AES-GCM: \(error)") }
    }

    /// The key, if the octets are exactly what `seal` made with this name and secret.
    package static func unseal(_ bytes: [UInt8], name: String, secret: SealingSecret) throws(KeyCustodyError) -> PrivateKey {
        let sealed = try SealedKey(reading: bytes, name: name)
        let sealingKey = try sealed.derivation.sealingKey(from: secret, name: name)
        let header = Data(SealedKey.header(name: name, derivation: sealed.derivation).utf8)
        let plaintext: Data
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.nonce + sealed.ciphertext)
            plaintext = try AES.GCM.open(box, using: sealingKey, authenticating: header)
        } catch { throw .wrongSecret(name: name, source: secret.source) }
        return try key(pkcs8: Array(plaintext), name: name)
    }

    /// A key of an algorithm that CAs sign with.
    static func key(pkcs8 der: [UInt8], name: String) throws(KeyCustodyError) -> PrivateKey {
        guard let key = try? PrivateKey(der: der), key.algorithm.signsCertificates else { throw .unsupportedKey(name: name) }
        return key
    }

    /// Seals a key into a new file; an existing one is never overwritten.
    package static func store(
        _ key: PrivateKey, name: String, secret: SealingSecret, at path: String, using generator: inout some RandomNumberGenerator
    ) throws(KeyCustodyError) {
        try SecretFile.create(seal(key, name: name, secret: secret, using: &generator), at: path)
    }

    /// Opens a sealed key file.
    package static func load(_ path: String, name: String, secret: SealingSecret) throws(KeyCustodyError) -> PrivateKey {
        try unseal(SecretFile.read(path, limit: SealedKey.maximumBytes), name: name, secret: secret)
    }

    /// Refuses a key that is not the one its certificate speaks of: nothing signed with it would verify.
    package static func checkMatch(certificate: CertificateDocument, key: PrivateKey) throws(KeyCustodyError) {
        guard certificate.publicKey.der == key.publicKey.der else {
            let subject = certificate.commonName ?? "serial number \(certificate.serialNumber)"
            throw .keyAndCertificateDiffer(keyIdentifier: hexadecimal(key.publicKey.keyIdentifier), subject: subject)
        }
    }
}
