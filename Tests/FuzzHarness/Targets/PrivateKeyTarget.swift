import PKI

extension FuzzTarget {
    /// Private keys as people give them to the client, PEM or DER, and public keys.
    static let privateKey = FuzzTarget(name: "private-key") { octets in
        if let key = try accepted({ try SubjectPublicKey(der: octets) }) {
            try requireEqual(key.der, octets, "the octets are kept")
            try requireRefused(octets + [0]) { try SubjectPublicKey(der: $0) }
        }
        let key = try accepted {
            octets.starts(with: "-----".utf8)
                ? try PrivateKey(pem: String(decoding: octets, as: UTF8.self)) : try PrivateKey(der: octets)
        }
        if let key { try checkKey(key) }
    }
}

private func checkKey(_ key: PrivateKey) throws {
    let again = try PrivateKey(pem: key.pem)
    try requireEqual(again.der, key.der, "a key that was read can be written and read again")
    try requireEqual(again.publicKey, key.publicKey, "its public key")
    try requireEqual(try SubjectPublicKey(der: key.publicKey.der), key.publicKey, "a key's public half can be certified")
    try require(!key.description.contains(key.pem.split(separator: "\n")[1]), "a key is not printed")
}
