import CRLPublishing
import PKI
import TestKit
import Testing
import X509

/// Something wrong at the source, and the failure it must end in.
struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let spoil: @Sendable (Bench) throws -> PublishingFailure

    init(_ name: String, _ spoil: @escaping @Sendable (Bench) throws -> PublishingFailure) {
        testDescription = name
        self.spoil = spoil
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
        Fault("every issuer disappeared") { bench in
            try bench.serveIndex([])
            return .issuerDisappeared(name: "devices")
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
        Fault("an issuer that has run out") { bench in
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
