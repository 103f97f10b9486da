import APISchema
import CRLPublishing
import Foundation
import PKI

extension FuzzTarget {
    /// `/crl/index.json`, which nobody signs.
    static let index = FuzzTarget(name: "index") { octets in
        if let (index, named) = try accepted({ try parseIndex(octets) }) { try checkIndex(index, named.map(\.0)) }
    }
}

private func checkIndex(_ index: PublishedIndex, _ names: [IssuerName]) throws {
    try requireEqual(names.map(\.description), index.issuers.map(\.name), "every issuer has its name")
    try requireEqual(Set(names).count, names.count, "no name stands twice")
    for name in names {
        let isWord = name.description.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        try require(isWord && name.description != "bundle", "a name is a plain file name: \(name)")
    }
    let again = try parseIndex(Array(try JSONEncoder().encode(index)))
    try requireEqual(again.index, index, "an index that was read can be written and read again")
}
