import Ledger
import PKI
import Testing

extension ContractCase {
    /// Who may renew what.
    static let renewalClaims: [ContractCase] = [
        ContractCase("each renewal is the next generation of its lineage") { ledger in
            _ = try await ledger.record(certificate(1))
            for number in 2...4 {
                let renewed = try await ledger.renew(number - 1, to: certificate(number)).recorded
                #expect(renewed?.lineage == 1)
                #expect(renewed?.generation == number)
            }
            #expect(try await ledger.counts().certificates == 4)
        },
        ContractCase("a certificate can be renewed until the last second of its life") { ledger in
            _ = try await ledger.record(certificate(1, notAfter: start + day))
            await #expect(throws: LedgerError.presentedExpired(try serial(1))) {
                try await ledger.renew(1, to: certificate(2), at: start + day + 1)
            }
            #expect(try await ledger.renew(1, to: certificate(2), at: start + day).recorded != nil)
        },
        ContractCase("what was not issued here, to this identity, or is revoked cannot be renewed") { ledger in
            _ = try await ledger.record(certificate(1, "a"))
            await #expect(throws: LedgerError.presentedUnknown(try serial(9))) { try await ledger.renew(9, to: certificate(2)) }
            await #expect(throws: LedgerError.presentedForeign(try serial(1), device("b"))) {
                try await ledger.renew(1, to: certificate(2, "b"))
            }
            let service = try certificate(2, "a", profile: "service")
            await #expect(throws: LedgerError.presentedForeign(try serial(1), service.identity)) { try await ledger.renew(1, to: service) }
            await #expect(throws: LedgerError.organizationDiffers(device("a"), known: "Org", asked: "Other")) {
                try await ledger.renew(1, to: certificate(2, organization: "Other"))
            }
            _ = try await ledger.revoke(1)
            await #expect(throws: LedgerError.presentedRevoked(try serial(1))) { try await ledger.renew(1, to: certificate(2)) }
            #expect(try await ledger.counts().certificates == 1)
        },
        ContractCase("a holder whose answer was lost may present the parent again within the grace") { ledger in
            _ = try await ledger.record(certificate(1))
            let head = try await ledger.renew(1, to: certificate(2, key: 5)).recorded
            let again = try await ledger.renew(1, to: certificate(3, key: 5), at: start + grace - 1)
            #expect(again.repeated == head, "the same key gets the same certificate")
            let other = try await ledger.renew(1, to: certificate(4, key: 6), at: start + grace - 1)
            #expect(other.recorded?.generation == 3, "another key gets a new head")
        },
        ContractCase("after the grace the parent is a fork") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.renew(1, to: certificate(2, key: 5))
            for key in [5, 6] {
                await #expect(throws: LedgerError.fork(presented: try serial(1), current: try serial(2))) {
                    try await ledger.renew(1, to: certificate(3, key: key), at: start + grace)
                }
            }
        },
        ContractCase("a head that was revoked is not handed out again") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.renew(1, to: certificate(2, key: 5))
            _ = try await ledger.revoke(2)
            #expect(try await ledger.renew(1, to: certificate(3, key: 5)).recorded?.generation == 3)
        },
        ContractCase("a new enrolment ends older lineages when they are exclusive") { ledger in
            _ = try await ledger.record(certificate(1), .token(exclusive: true))
            _ = try await ledger.record(certificate(2), .token(exclusive: true))
            await #expect(throws: LedgerError.fork(presented: try serial(1), current: try serial(2))) {
                try await ledger.renew(1, to: certificate(3), exclusive: true)
            }
            #expect(try await ledger.renew(2, to: certificate(4), exclusive: true).recorded?.lineage == 2)
        },
        ContractCase("replicas of a service renew side by side") { ledger in
            _ = try await ledger.record(certificate(1), .token(exclusive: false))
            _ = try await ledger.record(certificate(2), .token(exclusive: false))
            let first = try await ledger.renew(1, to: certificate(3), exclusive: false).recorded
            let second = try await ledger.renew(2, to: certificate(4), exclusive: false).recorded
            #expect([first?.lineage, first?.generation] == [1, 2])
            #expect([second?.lineage, second?.generation] == [2, 2])
        },
        ContractCase("a suspended identity renews nothing, whichever certificate was revoked") { ledger in
            _ = try await ledger.record(certificate(1), .token(exclusive: false))
            _ = try await ledger.record(certificate(2, notAfter: start + 90 * day), .token(exclusive: false))
            _ = try await ledger.revoke(1, suspends: true)
            await #expect(throws: LedgerError.presentedRevoked(try serial(2))) {
                try await ledger.renew(2, to: certificate(3), exclusive: false)
            }
        },
        ContractCase("two parties that present one certificate at once get one line") { ledger in
            _ = try await ledger.record(certificate(1))
            async let left = ledger.renew(1, to: certificate(2))
            async let right = ledger.renew(1, to: certificate(3))
            let generations = try await [left.recorded?.generation, right.recorded?.generation].compactMap { $0 }
            #expect(generations.sorted() == [2, 3])
        },
    ]
}
