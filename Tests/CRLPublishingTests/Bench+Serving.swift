import APISchema
import CRLPublishing
import Crypto
import Foundation
import PKI
import TestKit

/// An entry of a list, as tests name it: by age.
struct Revoked: Sendable {
    let serial: SerialNumber
    let age: Int64

    /// - Parameters:
    ///   - number: makes the serial number.
    ///   - age: seconds since the revocation.
    init(_ number: UInt8, age: Int64) throws {
        serial = try SerialNumber(octets: [0x50] + [UInt8](repeating: 7, count: 14) + [number])
        self.age = age
    }
}

extension Bench {
    /// Makes the source serve lists of this number for every issuer, the devices' with these entries.
    func serve(number: Int64, thisUpdate: UnixTime? = nil, devices: [Revoked] = [], root: [SerialNumber] = []) throws {
        let thisUpdate = thisUpdate ?? now - 100 + number
        let entries = devices.map { (serial: $0.serial, date: now - $0.age, reason: RevocationReason.keyCompromise) }
        let rootEntries = root.map { (serial: $0, date: now - 30 * Bench.day, reason: RevocationReason.cACompromise) }
        serve("devices", authority.devices, try authority.devices.makeCRL(number: number, thisUpdate: thisUpdate, revoked: entries))
        serve("services", authority.services, try authority.services.makeCRL(number: number, thisUpdate: thisUpdate))
        serve("root", authority.root, try authority.root.makeCRL(number: number, thisUpdate: thisUpdate, revoked: rootEntries))
        try serveIndex()
    }

    /// Makes the source serve this list and certificate for an issuer; the index stays as it is.
    func serve(_ name: String, _ issuer: ThrowAwayIssuer, _ list: [UInt8]) {
        source["/crl/\(name).crl"] = .document(list)
        source["/ca/\(name).cer"] = .document(issuer.certificate.der)
    }

    /// Makes the source serve this list for the devices' issuer, and an index that agrees with it.
    func serveDevices(_ list: [UInt8]) throws {
        source["/crl/devices.crl"] = .document(list)
        try serveIndex()
    }

    /// Writes the index for the lists that are served, signed by their issuers, as the server does.
    /// - Parameters:
    ///   - signed: gives a name the issuer whose key signs its entry; by default the one that has the name.
    ///   - head: the audit head; the devices' issuer signs one that has no signature.
    func serveIndex(
        _ names: [String] = ["devices", "services", "root"], auditHead: Int64 = 7, head: PublishedAuditHead? = nil,
        signed: (String) -> ThrowAwayIssuer? = { _ in nil }
    ) throws {
        let issuers = try names.map { name in
            let octets = source.octets("/crl/\(name).crl")
            let list = try CertificateRevocationList(der: octets)
            var entry = PublishedIssuer(
                name: name, crlNumber: list.number ?? 0, thisUpdate: list.thisUpdate.seconds, nextUpdate: list.nextUpdate?.seconds ?? 0,
                sha256: hexadecimal(SHA256.hash(data: octets)), entries: list.entryCount)
            if name != "root" { entry.signature = try (signed(name) ?? issuer(name)).signature(over: entry.statement) }
            return entry
        }
        let head = try head ?? signedHead(PublishedAuditHead(id: auditHead, hash: Self.hash(auditHead)))
        serveIndexText(String(decoding: try JSONEncoder().encode(PublishedIndex(issuers: issuers, auditHead: head)), as: UTF8.self))
    }

    /// The head with the signature of the devices' issuer.
    func signedHead(_ head: PublishedAuditHead) throws -> PublishedAuditHead {
        var head = head
        head.issuer = "devices"
        head.signature = try authority.devices.signature(over: head.statement)
        return head
    }

    /// The hash that a row of the audit chain has here.
    static func hash(_ row: Int64) -> String { hexadecimal(SHA256.hash(data: Array("row \(row)".utf8))) }

    private func issuer(_ name: String) -> ThrowAwayIssuer {
        switch name {
        case "services": authority.services
        case "root": authority.root
        default: authority.devices
        }
    }

    func serveIndexText(_ text: String) {
        source["/crl/index.json"] = .document(Array(text.utf8))
    }
}

extension ThrowAwayIssuer {
    /// Base64, as the index has it.
    func signature(over statement: [UInt8]) throws -> String { Data(try key.sign(statement)).base64EncodedString() }
}
