import APISchema
import CRLPublishing
import Foundation
import PKI
import TestKit
import Testing
import X509

/// Something wrong at the source, and the failure it must end in.
struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let spoil: @Sendable (Bench) throws -> PublishingFailure
    /// How many issuers the fault befalls.
    let befallen: Int

    init(_ name: String, befallen: Int = 1, _ spoil: @escaping @Sendable (Bench) throws -> PublishingFailure) {
        testDescription = name
        self.spoil = spoil
        self.befallen = befallen
    }

    /// A fault of the devices' list alone.
    init(list name: String, _ spoil: @escaping @Sendable (Bench) throws -> (list: [UInt8], fault: ListFault)) {
        self.init(name) { bench in
            let (list, fault) = try spoil(bench)
            bench.source["/crl/devices.crl"] = .document(list)
            return .badList(issuer: "devices", fault)
        }
    }

    /// A genuine list of the devices' issuer that may not follow number 10; the index agrees with it.
    init(next name: String, _ spoil: @escaping @Sendable (Bench) throws -> (list: [UInt8], fault: SuccessionFault)) {
        self.init(name) { bench in
            let (list, fault) = try spoil(bench)
            try bench.serveDevices(list)
            return .mayNotReplace(issuer: "devices", fault)
        }
    }
}

extension Fault {
    static let ofTheNetwork: [Fault] = [
        Fault("the CA is down") { bench in
            bench.source.isDown = true
            return .unreachable(url: "/crl/index.json", reason: "no connection")
        },
        Fault("the last list does not arrive") { bench in
            bench.source["/crl/root.crl"] = .unreachable
            return .unreachable(url: "/crl/root.crl", reason: "no connection")
        },
        Fault("a list answers 500") { bench in
            bench.source["/crl/devices.crl"] = .status(500)
            return .unexpectedStatus(url: "/crl/devices.crl", status: 500)
        },
        Fault("the index has 2 MiB") { bench in
            bench.serveIndexText(String(repeating: " ", count: 2 << 20))
            return .tooLarge(url: "/crl/index.json", limit: 1 << 20)
        },
    ]

    static let ofTheIndex: [Fault] = [
        Fault("the index is empty") { bench in
            bench.serveIndexText("")
            return .badIndex(.notAnIndex(reason: "it is empty"))
        },
        Fault("the index is a web page") { bench in
            bench.serveIndexText("<html>login</html>")
            return .badIndex(.notAnIndex(reason: "it is not the JSON of an index"))
        },
        Fault("the index names a path") { bench in
            bench.serveIndexText(try bench.index(naming: "../../etc/cron.d/x"))
            return .badIndex(.badName("../../etc/cron.d/x"))
        },
        Fault("the index names an issuer twice") { bench in
            try bench.serveIndex(["devices", "devices", "services", "root"])
            return .badIndex(.nameTwice("devices"))
        },
        Fault("an issuer disappeared") { bench in
            try bench.serveIndex(["devices", "root"])
            return .issuerDisappeared(name: "services")
        },
        Fault("every issuer disappeared", befallen: 3) { bench in
            try bench.serveIndex([])
            return .issuerDisappeared(name: "devices")
        },
    ]

    /// The index is unsigned HTTP: whoever answers in the CA's place may write any text, and serve any of its genuine files.
    static let ofForgedNames: [Fault] = [
        Fault("another name for a genuine issuer") { bench in
            bench.serve("zzz", bench.authority.services, bench.source.octets("/crl/services.crl"))
            try bench.serveIndex(["devices", "services", "root", "zzz"]) { _ in nil }
            return .badIssuer(name: "zzz", .entrySignedByAnother)
        },
        Fault("another name that the issuer's key signed, too") { bench in
            bench.serve("zzz", bench.authority.services, bench.source.octets("/crl/services.crl"))
            try bench.serveIndex(["devices", "services", "root", "zzz"]) { $0 == "zzz" ? bench.authority.services : nil }
            return .badIssuer(name: "zzz", .keyHasName("services"))
        },
        Fault("two names exchanged", befallen: 2) { bench in
            let (devices, services) = (bench.source.octets("/crl/devices.crl"), bench.source.octets("/crl/services.crl"))
            bench.serve("devices", bench.authority.services, services)
            bench.serve("services", bench.authority.devices, devices)
            try bench.serveIndex()
            return .badIssuer(name: "devices", .entrySignedByAnother)
        },
        Fault("the root under another name") { bench in
            bench.serve("zzz", bench.authority.root, bench.source.octets("/crl/root.crl"))
            try bench.serveIndex(["devices", "services", "root", "zzz"])
            return .badIssuer(name: "zzz", .rootUnderAnotherName)
        },
        Fault("an issuing CA under the root's name") { bench in
            bench.serve("root", bench.authority.devices, bench.source.octets("/crl/devices.crl"))
            return .badIssuer(name: "root", .notTheRoot)
        },
        Fault("an entry without a signature") { bench in
            let text = String(decoding: bench.source.octets("/crl/index.json"), as: UTF8.self)
            var index = try JSONDecoder().decode(PublishedIndex.self, from: Data(text.utf8))
            index.issuers[1].signature = nil
            bench.serveIndexText(String(decoding: try JSONEncoder().encode(index), as: UTF8.self))
            return .badIssuer(name: "services", .entryNotSigned)
        },
        Fault("a number that the issuer did not sign") { bench in
            let text = String(decoding: bench.source.octets("/crl/index.json"), as: UTF8.self)
            var index = try JSONDecoder().decode(PublishedIndex.self, from: Data(text.utf8))
            index.issuers[0].crlNumber = .max
            bench.serveIndexText(String(decoding: try JSONEncoder().encode(index), as: UTF8.self))
            return .badIssuer(name: "devices", .entrySignedByAnother)
        },
    ]

    static let ofAnIssuer: [Fault] = [
        Fault("an issuer below another root") { bench in
            let other = try ThrowAwayCA().devices
            bench.serve("devices", other, try other.makeCRL(number: 11))
            return .badIssuer(name: "devices", .notUnderRoot)
        },
        Fault("another root") { bench in
            let other = try ThrowAwayCA().root
            bench.serve("root", other, try other.makeCRL(number: 11))
            return .badIssuer(name: "root", .notUnderRoot)
        },
        Fault("a leaf as issuer") { bench in
            try bench.serveLeafAsIssuer(extra: [])
            return .badIssuer(name: "devices", .notACA)
        },
        Fault("a CA without cRLSign") { bench in
            let constraints = try Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0)).makeCertificateExtension()
            try bench.serveLeafAsIssuer(extra: [constraints])
            return .badIssuer(name: "devices", .maySignNoLists)
        },
        Fault("an issuer that has run out", befallen: 3) { bench in
            let certificate = bench.authority.devices.certificate
            bench.now = certificate.notAfter + 1
            try bench.serve(number: 11, thisUpdate: bench.now - 60)
            return .badIssuer(
                name: "devices", .outsideValidity(notBefore: certificate.notBefore, notAfter: certificate.notAfter))
        },
    ]
}

extension Bench {
    fileprivate func index(naming name: String) throws -> String {
        #"{"issuers":[{"name":"\#(name)","crl_number":1,"this_update":1,"next_update":2,"sha256":"","entries":0}],"#
            + #""audit_head":{"id":1,"hash":""}}"#
    }

    /// Gives a leaf of the root the place of the devices' issuer.
    fileprivate func serveLeafAsIssuer(extra: [Certificate.Extension]) throws {
        let key = authority.devices.key
        let leaf = try authority.root.issue(
            to: key.publicKey, serialNumber: try SerialNumber(octets: [0x42]), commonName: "Test Devices", extra: extra)
        source["/ca/devices.cer"] = .document(leaf.der)
    }
}
