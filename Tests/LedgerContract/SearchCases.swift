import Ledger
import PKI
import Testing

extension ContractCase {
    /// Lists and searches.
    static let searches: [ContractCase] = [
        ContractCase("every filter finds its certificates, newest first") { ledger in
            try await fill(ledger)
            for row in rows {
                let found = try await ledger.search(row.filter, after: nil, limit: 100, now: start + day + 1)
                #expect(try found.map(\.serialNumber) == row.found.map { try serial($0) }, "\(row.name)")
            }
        },
        ContractCase("pages join without gap or overlap") { ledger in
            try await fill(ledger)
            var found: [SerialNumber] = []
            var next: SerialNumber?
            repeat {
                let page = try await ledger.search(CertificateFilter(), after: next, limit: 2, now: start)
                next = page.next
                #expect(page.count <= 2)
                found += page.map(\.serialNumber)
            } while next != nil
            #expect(try found == [5, 4, 3, 2, 1].map { try serial($0) })
            #expect(try await ledger.search(CertificateFilter(), after: nil, limit: -1, now: start).isEmpty)
            await #expect(throws: LedgerError.certificateUnknown(try serial(9))) {
                try await ledger.search(CertificateFilter(), after: serial(9), limit: 2, now: start)
            }
        },
        ContractCase("serial numbers are listed in the order of issuance") { ledger in
            for number in [3, 1, 4, 2, 5] { _ = try await ledger.record(certificate(number, "n\(number)")) }
            for number in [5, 4, 3] { _ = try await ledger.revoke(number) }
            let rows: [(revoked: Bool, after: Int?, limit: Int, found: [Int])] = [
                (false, nil, 9, [3, 1, 4, 2, 5]), (false, 1, 2, [4, 2]), (false, 5, 9, []), (true, nil, 9, [3, 4, 5]), (true, 3, 1, [4]),
            ]
            for row in rows {
                let after = try row.after.map { try serial($0) }
                let found = try await ledger.serialNumbers(profiles: nil, revokedOnly: row.revoked, after: after, limit: row.limit)
                #expect(try found == row.found.map { try serial($0) }, "\(row)")
            }
        },
    ]
}

/// Five certificates: 2 is revoked, 4 expires after a day.
private func fill(_ ledger: any CertificateLedger) async throws {
    let certificates = [
        try certificate(1, "alpha", type: "sensor", names: ["DNS:alpha.internal"]),
        try certificate(2, "beta", organization: "Other", type: "gateway"),
        try certificate(3, "web_1", profile: "service", type: nil, issuer: "services", names: ["DNS:web.internal", "IP:10.0.0.1"]),
        try certificate(4, "gamma", notAfter: start + day),
        try certificate(5, "web-1", profile: "service", issuer: "services", names: ["URI:spiffe://x/100%"]),
    ]
    for certificate in certificates { _ = try await ledger.record(certificate) }
    _ = try await ledger.revoke(2)
}

private let rows: [(name: String, filter: CertificateFilter, found: [Int])] = [
    ("everything", CertificateFilter(), [5, 4, 3, 2, 1]),
    ("profile", CertificateFilter(profile: "service"), [5, 3]),
    ("issuer", CertificateFilter(issuer: "devices"), [4, 2, 1]),
    ("organization", CertificateFilter(organization: "Other"), [2]),
    ("type", CertificateFilter(type: "gateway"), [2]),
    ("common name", CertificateFilter(commonName: "alpha"), [1]),
    ("common name, exactly", CertificateFilter(commonName: "alph"), []),
    ("part of the common name", CertificateFilter(name: "amm"), [4]),
    ("part of a subject alternative name", CertificateFilter(name: "web.int"), [3]),
    ("a name with LIKE's any-one", CertificateFilter(name: "b_1"), [3]),
    ("a name with LIKE's any-run", CertificateFilter(name: "0%"), [5]),
    ("not across two names", CertificateFilter(name: "internal\",\"IP"), []),
    ("active", CertificateFilter(state: .active), [5, 3, 1]),
    ("expired", CertificateFilter(state: .expired), [4]),
    ("revoked", CertificateFilter(state: .revoked), [2]),
    ("expires before", CertificateFilter(expiresBefore: start + day + 1), [4]),
    ("expires before, exclusive", CertificateFilter(expiresBefore: start + day), []),
    ("two conditions", CertificateFilter(issuer: "devices", state: .active), [1]),
]
