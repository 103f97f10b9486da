import Foundation
import Issuance
import PKI
import PolicyFiles
import TestKit
import Testing

@testable import Operations

/// A change to a good `issuers.yaml`, and what is said about it.
private struct ListFault: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let summary: String

    init(_ name: String, replacing old: String, with new: String, _ summary: String) {
        testDescription = name
        text = good.replacing(old, with: new)
        self.summary = "issuers.yaml" + summary
    }

    static let all: [ListFault] = [
        .init("no issuer", replacing: good, with: "default: devices\nissuers: []\n", ":1: field 'default': 'devices' is no issuer below"),
        .init("no list", replacing: good, with: "default: devices\n", ":1: field 'issuers': missing"),
        .init("nothing", replacing: good, with: "", ": the file is empty"),
        .init("no default", replacing: "default: devices\n", with: "", ":1: field 'default': missing"),
        .init("a default that there is not", replacing: "default: devices", with: "default: robots", ":1: field 'default': 'robots' is no"),
        .init("a default that is retired", replacing: "default: devices", with: "default: old", ":1: field 'default': 'old' is no issuer"),
        .init("the root as default", replacing: "default: devices", with: "default: root", ":1: field 'default': 'root' cannot be"),
        .init(
            "an unknown state", replacing: "retired", with: "retird", ":8: field 'issuers[1].state': 'retird' is not accepted; did you mean"
        ),
        .init("no state", replacing: "    state: retired\n", with: "", ":7: field 'issuers[1].state': missing"),
        .init("no name", replacing: "  - name: old\n    state", with: "  - state", ":7: field 'issuers[1].name': missing"),
        .init("the root", replacing: "name: old", with: "name: root", ":7: field 'issuers[1].name': 'root' cannot be an issuing CA's name"),
        .init("a name of the API", replacing: "name: old", with: "name: default", ":7: field 'issuers[1].name': 'default' cannot be"),
        .init("a name with a slash", replacing: "name: old", with: "name: ../old", ":7: field 'issuers[1].name': '../old' cannot be"),
        .init(
            "a name like a copy's", replacing: "name: old", with: "name: old-1764415200", ":7: field 'issuers[1].name': 'old-1764415200'"),
        .init("a name twice", replacing: "name: old", with: "name: devices", ":7: field 'issuers[1].name': an issuer above has the same"),
        .init("a key twice", replacing: "old.key", with: "devices.key", ":10: field 'issuers[1].key': an issuer above has the same"),
        .init("a certificate twice", replacing: "old.pem", with: "devices.pem", ":9: field 'issuers[1].certificate': an issuer above has"),
        .init("no key", replacing: "    key: issuers/old.key\n", with: "", ":7: field 'issuers[1].key': missing"),
        .init(
            "another folder", replacing: "issuers/old.key", with: "root/old.key",
            ":10: field 'issuers[1].key': 'root/old.key' is no file of"),
        .init("a way out", replacing: "issuers/old.key", with: "issuers/../root/root.key", ":10: field 'issuers[1].key': 'issuers/../root"),
        .init("an absolute path", replacing: "issuers/old.key", with: "/etc/old.key", ":10: field 'issuers[1].key': '/etc/old.key' is no"),
        .init(
            "the root's key", replacing: "issuers/old.key", with: "issuers/root.key", ":10: field 'issuers[1].key': 'issuers/root.key' is"),
        .init(
            "a hidden file", replacing: "issuers/old.key", with: "issuers/.old.key", ":10: field 'issuers[1].key': 'issuers/.old.key' is"),
        .init(
            "another ending", replacing: "old.pem", with: "old.der", ":9: field 'issuers[1].certificate': 'issuers/old.der' is no file of"),
        .init(
            "an unknown field", replacing: "    state: retired", with: "    state: retired\n    stat: x",
            ":9: field 'issuers[1].stat': unknown"),
        .init("an unknown field at the top", replacing: "issuers:\n", with: "more: 1\nissuers:\n", ":2: field 'more': unknown field"),
        .init(
            "a key written twice", replacing: "default: devices\n", with: "default: devices\ndefault: old\n",
            ":1: field 'default': given more"),
        .init("an anchor", replacing: "state: retired", with: "state: &state retired", ":8: anchors and aliases are not accepted"),
        .init("no YAML", replacing: "issuers:\n", with: "issuers: [\n", ":"),
    ]
}

private let good = """
    default: devices
    issuers:
      - name: devices
        state: issuing
        certificate: issuers/devices.pem
        key: issuers/devices.key
      - name: old
        state: retired
        certificate: issuers/old.pem
        key: issuers/old.key

    """

@Suite struct `The list of issuers` {
    @Test func `reads back what it writes`() throws {
        let list = try IssuerList(text: good, file: "issuers.yaml")
        #expect(list.names == ["devices", "old"] && list.entries.map(\.state) == [.issuing, .retired])
        #expect(list.standard.description == "devices" && list["old"]?.key == "issuers/old.key")
        #expect(try IssuerList(text: list.yaml, file: "issuers.yaml") == list)
        #expect(try IssuerList(text: IssuerList.initial.yaml, file: "issuers.yaml") == .initial)
    }

    @Test(arguments: ListFault.all) private func `is refused with file, line and advice`(fault: ListFault) {
        #expect(fault.text != good)
        let error = #expect(throws: PolicyFileError.self) { try IssuerList(text: fault.text, file: "issuers.yaml") }
        #expect(error?.summary.hasPrefix(fault.summary) == true, "\(error?.summary ?? "")")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test func `is that of older versions where there is no file`() throws {
        let scratch = try TemporaryDirectory()
        let list = try IssuerList.read(DataDirectory(scratch.path))
        #expect(list == .initial && list.names == ["devices", "services"] && list.standard.description == "devices")
    }

    @Test(arguments: ["issuers.yaml", "issuers/old.key", "issuers/devices.pem", "issuers"])
    func `names nothing to which a link leads out of the directory`(name: String) throws {
        let scratch = try TemporaryDirectory()
        let directory = DataDirectory(scratch.path("ca"))
        _ = try scratch.file("ca/issuers/devices.key", "k")
        _ = try scratch.file("ca/issuers.yaml", good)
        _ = try IssuerList.read(directory)
        _ = try scratch.file("outside/x", good)
        let place = directory.path(of: name)
        if FileManager.default.fileExists(atPath: place) { try FileManager.default.removeItem(atPath: place) }
        try FileManager.default.createSymbolicLink(
            atPath: place, withDestinationPath: scratch.path(name == "issuers" ? "outside" : "outside/x"))
        let error = #expect(throws: OperatorError.self) { try IssuerList.read(directory) }
        #expect(error?.summary.contains("is a link that leads out of \(directory.path)") == true)
        // As Kubernetes mounts files: links within the directory.
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.moveItem(atPath: scratch.path("outside"), toPath: scratch.path("ca/inside"))
        try FileManager.default.createSymbolicLink(
            atPath: place, withDestinationPath: directory.path(of: name == "issuers" ? "inside" : "inside/x"))
        _ = try IssuerList.read(directory)
    }

    @Test func `retires an issuer, and the default only for another that issues`() throws {
        let list = IssuerList.initial
        let services = try list.retiring("services", standard: nil)
        #expect(services["services"]?.state == .retired && services.standard == list.standard)
        #expect(try services.retiring("services", standard: nil) == services)
        let devices = try list.retiring("devices", standard: "services")
        #expect(devices["devices"]?.state == .retired && devices.standard.description == "services")
        for (name, standard, says) in [
            ("devices", nil, "--default: services"), ("devices", "devices", "--default: services"),
            ("services", "robots", "--default: devices"),
        ] as [(String, String?, String)] {
            let error = #expect(throws: OperatorError.self) { try list.retiring(name, standard: standard) }
            #expect(error?.remedy.contains(says) == true, "\(name): \(String(describing: error))")
        }
        let unknown = #expect(throws: OperatorError.self) { try list.retiring("device", standard: nil) }
        #expect(unknown?.summary.contains("did you mean 'devices'?") == true)
        let last = #expect(throws: OperatorError.self) { try services.retiring("devices", standard: nil) }
        #expect(last?.remedy.contains("issuer prepare") == true)
    }
}
