import HTTPFront
import Foundation
import KeyCustody
import Logging
import TestKit
import Testing

@testable import ServerAssembly

@Suite struct `The environment` {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ variables: [String: String]) throws -> ServerConfiguration {
        let path = try directory.file("config.yaml", "organizations: [File]\nlisten: 127.0.0.1:1\nlog_level: error\n")
        return try ServerConfiguration.read(path, environment: ServerEnvironment(variables))
    }

    @Test func `overrides the file, and leaves the rest of it`() throws {
        let read = try read([
            "CA_LISTEN": "127.0.0.1:2", "CA_ORGANIZATIONS": #"["A, Inc.", "B"]"#, "CA_CRL_REFRESH": "30s",
            "CA_LIMITS_REQUEST_BYTES": "8192",
            "CA_HOSTNAMES": "a,::1", "CA_SERVICE_DOMAINS": "x.y", "CA_PUBLIC": "127.0.0.1:3", "CA_PUBLIC_URL": "http://x",
        ])
        #expect(read.listen.port == 2 && read.publicListen.port == 3 && read.publicURL.description == "http://x")
        #expect(read.organizations.map(\.description) == ["A, Inc.", "B"] && read.hostnames.map(\.description) == ["a", "::1"])
        #expect(read.crl.refresh == 30 && read.limits.requestBytes == 8_192 && read.logLevel == .error)
    }

    @Test func `is stronger than files it names, which are stronger than the secrets directory`() throws {
        let named = try directory.file("named", "127.0.0.1:20\n")
        _ = try directory.file("secrets/listen", "127.0.0.1:30\n")
        _ = try directory.file("secrets/public", "127.0.0.1:31\n")
        _ = try directory.file("secrets/organizations", "Acme, Inc.\nOther\n")
        _ = try directory.file("secrets/..data", "")
        let secrets = directory.path("secrets")
        let all = try read(["CA_LISTEN_FILE": named, "CA_PUBLIC": "127.0.0.1:10", "CA_SECRETS_DIRECTORY": secrets])
        #expect(all.listen.port == 20 && all.publicListen.port == 10)
        #expect(all.organizations.map(\.description) == ["Acme, Inc.", "Other"])
        #expect(try read(["CA_SECRETS_DIRECTORY": secrets]).listen.port == 30)
    }

    @Test func `is refused when a value is wrong, naming the variable or the file`() throws {
        #expect(try summary(["CA_LISTEN": "x"]) == "CA_LISTEN: 'x' has no port")
        #expect(try summary(["CA_LISTEN": " "]) == "CA_LISTEN: the value is empty")
        #expect(try summary(["CA_ORGANIZATIONS": ""]) == "CA_ORGANIZATIONS: the value is empty")
        #expect(try summary(["CA_HOSTNAMES": "a,b_c"]) == "CA_HOSTNAMES: 'b_c' is not a domain name")
        #expect(try summary(["CA_CRL_REFRESH": "5d", "CA_CRL_LIFETIME": "6d"]).hasPrefix("CA_CRL_REFRESH: "))
        let file = try directory.file("file", "x")
        #expect(try summary(["CA_LISTEN_FILE": file]) == "CA_LISTEN_FILE: 'x' has no port")
        #expect(try summary(["CA_LISTEN_FILE": "/nowhere"]) == "CA_LISTEN_FILE: cannot open /nowhere: No such file or directory")
        #expect(try summary(["CA_LISTEN_FILE": file, "CA_LISTEN": "a:1"]) == "both CA_LISTEN and CA_LISTEN_FILE are set")
        _ = try directory.file("secrets/lsiten", "a:1")
        let secrets = directory.path("secrets")
        #expect(try summary(["CA_SECRETS_DIRECTORY": secrets]) == "\(secrets)/lsiten is named for no setting")
    }

    @Test func `names all its faults at once, and those of the file`() throws {
        _ = try directory.file("secrets/lsiten", "a:1")
        let unusable = [
            "CA_SECRETS_DIRECTORY": directory.path("secrets"), "CA_LISTNE": "x", "CA_PUBLIC_ULR": "x", "CA_LISTEN": "a:1",
            "CA_LISTEN_FILE": "/nowhere", "CA_PUBLIC_FILE": "/nowhere", "CA_ORGANIZATIONS": "[A", "CA_UNSEAL_KEY_FILE": "a",
            "CA_UNSEAL_PASSPHRASE_FILE": "b",
        ]
        let error = #expect(throws: ConfigurationError.self) { try ServerEnvironment(unusable) }
        let told = ["CA_LISTNE", "CA_PUBLIC_ULR", "lsiten", "both CA_LISTEN ", "cannot open /nowhere", "'[A'", "both CA_UNSEAL_KEY_FILE"]
        for part in told { #expect(error?.summary.contains(part) == true, "\(part): \(error?.summary ?? "")") }
        #expect(error?.summary.hasPrefix("\(told.count) faults: ") == true)

        let path = try directory.file("config.yaml", "organizations: [File]\nlisten: x\n")
        let unread = #expect(throws: ConfigurationError.self) {
            try ServerConfiguration.read(path, environment: ServerEnvironment(collecting: unusable.merging(["CA_HOSTNAMES": "a_b"]) { $1 }))
        }
        for part in told + ["'x'", "'a_b'"] { #expect(unread?.summary.contains(part) == true, "\(part): \(unread?.summary ?? "")") }
        let nowhere = #expect(throws: ConfigurationError.self) {
            try ServerConfiguration.read(
                directory.path("none"),
                environment: ServerEnvironment(collecting: ["CA_SECRETS_DIRECTORY": directory.path("nothing"), "CA_PUBLIC": "y"]))
        }
        for part in ["none does not exist", "nothing cannot be read", "'y'"] {
            #expect(nowhere?.summary.contains(part) == true, "\(part): \(nowhere?.summary ?? "")")
        }

        let both = #expect(throws: ConfigurationError.self) {
            try ServerConfiguration.read(
                path, environment: ServerEnvironment(["CA_PUBLIC": "y", "CA_HOSTNAMES": "a_b", "CA_CRL_LIFETIME": "1h"]))
        }
        guard case .several(let faults) = both else {
            Issue.record("one fault: \(String(describing: both))")
            return
        }
        #expect(faults.map(\.summary).map { $0.contains("'x'") || $0.contains("'y'") || $0.contains("'a_b'") } == [true, true, true])
    }

    @Test(arguments: [
        ("CA_LISTNE", "CA_LISTEN"), ("CA_PUBLIC_ULR", "CA_PUBLIC_URL"), ("CA_UNSEAL_KEYFILE", "CA_UNSEAL_KEY_FILE"),
        ("CA_UNSEAL_KEY", "CA_UNSEAL_KEY_FILE"), ("CA_CRL_INTERVAL", "CA_CRL_REFRESH"), ("CA_LOGLEVEL", "CA_LOG_LEVEL"),
    ])
    func `is refused when a variable looks like one of ours`(name: String, meant: String) {
        #expect(throws: ConfigurationError.unknownVariable(name: name, meant: meant)) { try ServerEnvironment([name: "x"]) }
    }

    /// A list in a variable, and its elements.
    struct List: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let variable: String
        let value: String
        let elements: [String]
    }

    static let lists = [
        List(testDescription: "JSON", variable: "CA_ORGANIZATIONS", value: #" ["Acme, Inc.", "B"] "#, elements: ["Acme, Inc.", "B"]),
        List(testDescription: "lines", variable: "CA_ORGANIZATIONS", value: "Acme, Inc.\nB\n", elements: ["Acme, Inc.", "B"]),
        List(testDescription: "one without a comma", variable: "CA_ORGANIZATIONS", value: "Acme", elements: ["Acme"]),
        List(testDescription: "commas between names that hold none", variable: "CA_HOSTNAMES", value: "a, b", elements: ["a", "b"]),
        List(testDescription: "JSON of names", variable: "CA_SERVICE_DOMAINS", value: #"["x.y","z"]"#, elements: ["x.y", "z"]),
    ]

    @Test(arguments: lists) func `gives lists as JSON, as lines, and with commas where no element can hold one`(_ list: List) throws {
        let read = try read([list.variable: list.value])
        let elements = [
            "CA_ORGANIZATIONS": read.organizations.map(\.description), "CA_HOSTNAMES": read.hostnames.map(\.description),
            "CA_SERVICE_DOMAINS": read.serviceDomains.map(\.description),
        ]
        #expect(elements[list.variable] == list.elements)
    }

    @Test(arguments: [("CA_ORGANIZATIONS", "Acme, Inc."), ("CA_LEDGER_PUBLISHED", "/a,/b"), ("CA_ORGANIZATIONS", "[Acme")])
    func `is refused when a list may mean one element or several`(variable: String, value: String) throws {
        do throws(ConfigurationError) {
            _ = try ServerEnvironment([variable: value])
            Issue.record("\(value) was taken")
        } catch { #expect(error.summary.contains(value) && error.remedy.contains(#"["Acme, Inc.", "Other"]"#), "\(error)") }
    }

    @Test(arguments: ["CA", "CA_PUBLIC", "CA_CRL", "CA_LEDGER", "CA_UNSEAL", "CA_LIMITS", "CA_API"])
    func `may hold what Kubernetes makes of a Service of our name, which is told`(service: String) throws {
        let links = [
            "SERVICE_HOST": "10.0.0.9", "SERVICE_PORT": "8443", "SERVICE_PORT_HTTPS": "8443", "PORT": "tcp://10.0.0.9:8443",
            "PORT_8443_TCP": "tcp://10.0.0.9:8443", "PORT_8443_TCP_PROTO": "tcp", "PORT_8443_TCP_PORT": "8443",
            "PORT_8443_TCP_ADDR": "10.0.0.9",
        ]
        let variables = Dictionary(uniqueKeysWithValues: links.map { ("\(service)_\($0.key)", $0.value) })
        #expect(try ServerEnvironment(variables).serviceLinks == variables.keys.sorted())
        #expect(throws: ConfigurationError.self) { try ServerEnvironment(["CA_PUBLIC_PORT": "8080"]) }
    }

    @Test func `may hold what the client or somebody else reads`() throws {
        let foreign = ["CA_BUNDLE", "CA_CERTIFICATES", "CA_DIR", "PATH", "CALISTEN"]
        for name in ServerEnvironment.clientVariables + foreign { _ = try ServerEnvironment([name: "x"]) }
    }

    private func summary(_ variables: [String: String]) throws -> String {
        do throws(ConfigurationError) {
            let path: String
            do { path = try directory.file("config.yaml", "organizations: [File]\n") } catch { return "\(error)" }
            return "accepted: \(try ServerConfiguration.read(path, environment: ServerEnvironment(variables)))"
        } catch { return error.summary }
    }
}

@Suite struct `The sealing secret` {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `is the data directory's key file before anything the environment names`() throws {
        let own = try directory.file("unseal.key", String(repeating: "ab", count: 32))
        let other = try directory.file("other.key", String(repeating: "cd", count: 32))
        let location = try ServerEnvironment(["CA_UNSEAL_KEY_FILE": other]).issuerSecret
        #expect(try location.find(beside: own).source == own)
        #expect(try location.find(beside: directory.path("none")).source == other)
        #expect(try location.given()?.source == other)
    }

    @Test func `of the root is named apart from the issuers'`() throws {
        let phrase = try directory.file("phrase", "correct horse battery staple")
        let environment = try ServerEnvironment(["CA_ROOT_UNSEAL_PASSPHRASE_FILE": phrase])
        #expect(try environment.rootSecret.given()?.kind == .passphrase)
        #expect(try environment.issuerSecret.given() == nil)
    }

    @Test func `may lie in the secrets directory`() throws {
        let phrase = try directory.file("secrets/unseal_passphrase", "correct horse battery staple")
        let environment = try ServerEnvironment(["CA_SECRETS_DIRECTORY": directory.path("secrets")])
        #expect(try environment.issuerSecret.given()?.source == phrase)
    }

    @Test func `that is nowhere, in two forms or exposed is an error`() throws {
        let none = directory.path("none")
        let looked = [none, "CA_UNSEAL_KEY_FILE", "CA_UNSEAL_PASSPHRASE_FILE"]
        #expect(throws: ConfigurationError.noSealingSecret(looked: looked)) { try ServerEnvironment([:]).issuerSecret.find(beside: none) }
        #expect(throws: ConfigurationError.givenTwice(first: looked[1], second: looked[2])) {
            try ServerEnvironment([looked[1]: "/a", looked[2]: "/b"])
        }
        let exposed = try directory.file("exposed", String(repeating: "ab", count: 32), mode: 0o644)
        #expect(throws: ConfigurationError.secret(.fileExposed(path: exposed, mode: 0o644))) {
            try ServerEnvironment([:]).issuerSecret.find(beside: exposed)
        }
    }
}
