import Access
package import Issuance
package import Ledger
import PKI

extension CertificateProfile {
    /// The claim of an enrolment: the presented ticket, or a token.
    func claim(of permit: Permit) -> IssuanceClaim {
        if let ticket = permit.principal.token, ticket.ticket != nil {
            .ticket(id: ticket.id, exclusive: renewal.exclusive)
        } else {
            .token(exclusive: renewal.exclusive)
        }
    }
}

extension DecidedNames {
    /// The names that a ticket fixes; none without one.
    init(ticket: TicketScope?) {
        self.init(source: "the ticket", organization: ticket?.organization, organizationalUnit: ticket?.type)
        switch ticket?.subject {
        case .identity(let name): identity = name
        case .pattern(let glob): pattern = glob
        case nil: break
        }
        listed = ticket?.names.compactMap(GeneralName.init(description:)) ?? []
    }

    /// The names of the certificate being renewed, all of them fixed.
    init(presented: CertificateRecord) {
        self.init(
            source: "the certificate being renewed", identity: presented.commonName, organization: presented.organization,
            organizationalUnit: presented.organizationalUnit,
            names: presented.subjectAlternativeNames.compactMap(GeneralName.init(description:)))
    }
}

extension CertificateRecord {
    /// The ledger's view of a certificate that was just signed; lineage and generation are the ledger's to decide.
    package init(_ issued: IssuedCertificate, issuer: String, requester: String) {
        self.init(issued.plan, der: issued.der, issuer: issuer, requester: requester)
    }

    /// - Parameter der: empty for a draft, which is not signed yet.
    init(_ plan: CertificatePlan, der: [UInt8], issuer: String, requester: String) {
        self.init(
            serialNumber: plan.serialNumber, issuer: issuer,
            identity: IdentityName(profile: plan.profile.name, name: plan.names.identity), lineage: 0, generation: 0,
            profile: plan.profile.name, profileVersion: plan.profile.version, commonName: plan.names.identity,
            organization: plan.names.organization, organizationalUnit: plan.names.organizationalUnit,
            subjectAlternativeNames: plan.names.names.map(\.description), notBefore: plan.notBefore, notAfter: plan.notAfter,
            publicKeySHA256: plan.publicKey.sha256, requester: requester, der: der)
    }
}
