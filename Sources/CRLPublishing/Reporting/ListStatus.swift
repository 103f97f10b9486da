import PKI

/// A published list, as status lines show it.
package struct ListStatus: Sendable, Equatable, Encodable {
    package let issuer: String
    package let number: Int64
    package let entries: Int
    /// Seconds since 1970.
    package let thisUpdate: Int64
    /// Seconds since 1970.
    package let nextUpdate: Int64

    enum CodingKeys: String, CodingKey {
        case issuer, entries
        case number = "crl_number"
        case thisUpdate = "this_update"
        case nextUpdate = "next_update"
    }

    init(_ list: AuthenticList) {
        issuer = list.name.description
        number = list.number
        entries = list.list.entryCount
        thisUpdate = list.list.thisUpdate
        nextUpdate = list.nextUpdate
    }
}
