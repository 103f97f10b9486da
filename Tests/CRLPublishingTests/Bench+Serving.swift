import CRLPublishing
import Crypto
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
    func serve(number: Int64, thisUpdate: Int64? = nil, devices: [Revoked] = [], root: [SerialNumber] = []) throws {
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

    /// Writes the index for the lists that are served, as the server does; names without a readable list are left out.
    func serveIndex(_ names: [String] = ["devices", "services", "root"], auditHead: Int = 7) throws {
        var issuers: [String] = []
        for name in names {
            let octets = source.octets("/crl/\(name).crl")
            let list = try CertificateRevocationList(der: octets)
            issuers.append(
                """
                {"name":"\(name)","crl_number":\(list.number ?? 0),"this_update":\(list.thisUpdate),"next_update":\(list.nextUpdate ?? 0),\
                "sha256":"\(hexadecimal(SHA256.hash(data: octets)))","entries":\(list.entryCount)}
                """)
        }
        serveIndexText(#"{"issuers":[\#(issuers.joined(separator: ","))],"audit_head":{"id":\#(auditHead),"hash":"00ff"}}"#)
    }

    func serveIndexText(_ text: String) {
        source["/crl/index.json"] = .document(Array(text.utf8))
    }
}
