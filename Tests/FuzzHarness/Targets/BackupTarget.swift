import KeyCustody

extension FuzzTarget {
    /// Sealed streams, as backups are.
    static let backup = FuzzTarget(name: "backup") { octets in
        let sample = try SealedSample.shared.get()
        let opened = try accepted { try sample.open(octets) }
        if octets == sample.octets {
            try requireEqual(opened, SealedSample.plaintext, "what was sealed opens")
        } else {
            try require(opened == nil, "what differs from what was sealed in any octet does not open")
        }
    }
}
