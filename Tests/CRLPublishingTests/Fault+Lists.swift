import CRLPublishing
import PKI
import TestKit

extension Fault {
    static let ofAList: [Fault] = [
        Fault(list: "no octets") { _ in ([], .empty) },
        Fault(list: "a web page with status 200") { _ in
            (Array("<html>".utf8), .notAList(reason: summary(of: Array("<html>".utf8))))
        },
        Fault(list: "cut short") { bench in
            let half = Array(bench.source.octets("/crl/devices.crl").dropLast(20))
            return (half, .notAList(reason: summary(of: half)))
        },
        Fault(list: "trailing octets") { bench in
            let longer = bench.source.octets("/crl/devices.crl") + [0]
            return (longer, .notAList(reason: summary(of: longer)))
        },
        Fault(list: "another issuer's list") { bench in (bench.source.octets("/crl/services.crl"), .otherIssuerName) },
        Fault(list: "the right name and another key's identifier") { bench in
            var list = HandmadeList(of: bench.authority.devices)
            list.keyIdentifier = bench.authority.services.certificate.subjectKeyIdentifier
            return (try list.der(bench.authority.devices, key: bench.authority.devices.key), .otherIssuerKey)
        },
        Fault(list: "no authorityKeyIdentifier") { bench in
            var list = HandmadeList(of: bench.authority.devices)
            list.keyIdentifier = nil
            return (try list.der(bench.authority.devices, key: bench.authority.devices.key), .otherIssuerKey)
        },
        Fault(list: "signed by another key") { bench in
            let list = HandmadeList(of: bench.authority.devices)
            return (try list.der(bench.authority.devices, key: bench.authority.services.key), .badSignature)
        },
        Fault(list: "one bit of the signature flipped") { bench in
            var list = try bench.authority.devices.makeCRL(number: 11)
            list[list.count - 1] ^= 1
            return (list, .badSignature)
        },
        Fault(list: "a delta CRL") { bench in
            var list = HandmadeList(of: bench.authority.devices)
            list.isDelta = true
            return (try list.der(bench.authority.devices, key: bench.authority.devices.key), .criticalExtension)
        },
        Fault(list: "no number") { bench in
            var list = HandmadeList(of: bench.authority.devices)
            list.number = nil
            return (try list.der(bench.authority.devices, key: bench.authority.devices.key), .noNumber)
        },
        Fault(list: "no nextUpdate") { bench in
            var list = HandmadeList(of: bench.authority.devices)
            list.nextUpdate = nil
            return (try list.der(bench.authority.devices, key: bench.authority.devices.key), .noNextUpdate)
        },
        Fault(list: "expired this second") { bench in
            let list = try bench.authority.devices.makeCRL(number: 11, thisUpdate: bench.now - 60, lifetime: 60)
            return (list, .expired(nextUpdate: bench.now))
        },
        Fault(list: "a second from the future") { bench in
            (try bench.authority.devices.makeCRL(number: 11, thisUpdate: bench.now + 1), .fromTheFuture(thisUpdate: bench.now + 1))
        },
        Fault(list: "the list before this one, and an index that has gone on") { bench in
            (try bench.authority.devices.makeCRL(number: 9), .behindIndex(number: 9, announced: 10))
        },
        Fault(list: "other octets than the index announces") { bench in
            (try bench.authority.devices.makeCRL(number: 10), .differsFromIndex(number: 10))
        },
    ]

    static let ofSuccession: [Fault] = [
        Fault(next: "an older number") { bench in
            (try bench.authority.devices.makeCRL(number: 9), .olderNumber(9, published: 10))
        },
        Fault(next: "the same number and other octets") { bench in
            (try bench.authority.devices.makeCRL(number: 10), .otherBytes(number: 10))
        },
        Fault(next: "a higher number and the same thisUpdate") { bench in
            let list = try bench.authority.devices.makeCRL(number: 11, thisUpdate: bench.now - 90)
            return (list, .thisUpdateNotNewer(bench.now - 90, published: bench.now - 90))
        },
        Fault(next: "all revocations lost") { bench in
            let young = try Revoked(1, age: 3_600)
            return (try bench.authority.devices.makeCRL(number: 11), .youngVanished(serialNumber: young.serial.description))
        },
        Fault("an issuing CA's revocation lost") { bench in
            let revoked = bench.authority.services.certificate.serialNumber
            let list = try bench.authority.root.makeCRL(number: 11)
            bench.serve("root", bench.authority.root, list)
            try bench.serveIndex()
            return .mayNotReplace(issuer: "root", .unexpiredVanished(serialNumber: revoked.description))
        },
    ]
}

/// What the reader says about octets that are no CRL.
private func summary(of octets: [UInt8]) -> String {
    do {
        _ = try CertificateRevocationList(der: octets)
        return "it is a CRL"
    } catch {
        return error.summary
    }
}
