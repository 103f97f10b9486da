@testable import Access
import Ledger
import PKI
import TestKit
import Testing

/// Everybody who may ask for something.
enum Asker: String, CaseIterable, CustomTestStringConvertible {
    case anonymous, certificate, ticket, admin, auditor, provisioner, nobody, ghost

    var testDescription: String { rawValue }

    static let policies = [
        "access/admin.yaml": "allow:\n  - actions: [\"*\"]\n    profiles: [\"*\"]\n",
        "access/auditor.yaml": "allow:\n  - actions: [search, audit]\n    profiles: [\"*\"]\n",
        "access/provisioner.yaml": "allow:\n  - actions: [sign, issue, ticket_create]\n    profiles: [device]\n",
        "access/nothing.yaml": "allow: []\n",
    ]

    var principal: Principal {
        get throws {
            Principal(credential: try credential, ipAddress: "192.0.2.1", userAgent: "test/1")
        }
    }

    private var credential: Principal.Credential {
        get throws {
            switch self {
            case .anonymous: .anonymous
            case .certificate: .certificate(try Samples.certificate)
            case .ticket:
                .token(Samples.token([], ticket: TicketScope(profile: "device", subject: .pattern("*"), organization: nil, type: nil)))
            case .nobody: .token(Samples.token(["nothing"]))
            // A policy whose file is gone.
            case .ghost: .token(Samples.token(["deleted"]))
            case .admin, .auditor, .provisioner: .token(Samples.token([rawValue]))
            }
        }
    }

    /// What each may do, for which profile; everything else is refused.
    var allowed: Set<String> {
        switch self {
        case .anonymous, .nobody, .ghost: self == .anonymous ? [] : ["token_self"]
        case .certificate: ["renew", "renew device", "renew service"]
        case .ticket: ["token_self", "sign device"]
        case .auditor:
            ["token_self", "search", "audit", "search device", "search service", "audit device", "audit service"]
        case .provisioner: ["token_self", "sign device", "issue device", "ticket_create device", "sign", "issue", "ticket_create"]
        case .admin:
            Set(
                Action.allCases.filter { $0 != .renew }.flatMap { [$0.rawValue, $0.rawValue + " device", $0.rawValue + " service"] })
        }
    }
}

enum Samples {
    static func token(_ policies: [String], ticket: TicketScope? = nil) -> TokenRecord {
        TokenRecord(
            id: 7, accessor: "a0b1", secretSHA256: [], displayName: "ops", policies: policies, ticket: ticket, createdAt: 0, expiresAt: 1,
            maxTTL: nil, usesLeft: nil)
    }

    static var certificate: CertificateRecord {
        get throws {
            CertificateRecord(
                serialNumber: try SerialNumber(octets: [0x40, 0x01]), issuer: "devices",
                identity: IdentityName(profile: "device", name: "a"), lineage: 1, generation: 1, profile: "device", profileVersion: "",
                commonName: "a", organization: nil, organizationalUnit: nil, subjectAlternativeNames: [], notBefore: 0, notAfter: 1,
                publicKeySHA256: [], requester: "", der: [])
        }
    }
}
