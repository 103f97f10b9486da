import KeyCustody

extension FuzzTarget {
    /// Files of sealed CA keys.
    static let sealedKey = FuzzTarget(name: "sealed-key") { octets in
        guard let sealed = try accepted({ try SealedKey(reading: octets, name: "devices") }) else { return }
        try requireEqual(sealed.encoded, octets, "a file has exactly one form")
        try requireEqual(sealed.name, "devices", "the name")
    }
}
