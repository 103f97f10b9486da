package import Issuance
package import PKI
import PolicyFiles

/// The issuing CAs of a data directory, as `DIR/issuers.yaml` names them: name, state, certificate and sealed key of each, and the default.
package struct IssuerList: Sendable, Equatable {
    /// One issuing CA.
    package struct Entry: Sendable, Equatable {
        package let name: IssuerName
        package internal(set) var state: IssuerState
        /// Files below the data directory: `issuers/devices.pem`, `issuers/devices.key`.
        package let certificate: String
        package let key: String

        /// An issuer whose files have its name.
        init(_ name: IssuerName) {
            (self.name, state) = (name, .issuing)
            (certificate, key) = ("issuers/\(name).pem", "issuers/\(name).key")
        }
    }

    /// Sorted by name.
    package private(set) var entries: [Entry]
    /// The issuer that `pki/ca` and `pki/crl` speak of.
    package private(set) var standard: IssuerName

    init(_ entries: [Entry], standard: IssuerName) {
        self.entries = entries.sorted { $0.name < $1.name }
        self.standard = standard
    }

    /// The list that `init` writes, and that counts in a directory of an older version, which has no file.
    package static let initial: IssuerList = {
        let names = ["devices", "services"].compactMap(IssuerName.init)
        return IssuerList(names.map(Entry.init), standard: names[0])
    }()

    package subscript(_ name: String) -> Entry? { entries.first { $0.name.description == name } }

    /// Every issuer's name, sorted; the root is none of them.
    package var names: [String] { entries.map(\.name.description) }
}

extension IssuerList {
    /// The list with one more issuer, whose files have its name.
    func adding(_ name: IssuerName) -> IssuerList { IssuerList(entries + [Entry(name)], standard: standard) }

    /// The list in which an issuer is retired.
    /// - Parameter standard: the default from then on; nil: as before.
    package func retiring(_ name: String, standard: String?) throws(OperatorError) -> IssuerList {
        guard let index = entries.firstIndex(where: { $0.name.description == name }) else {
            let guess = closestName(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw OperatorError(
                summary: "there is no issuer '\(name.prefix(80))'\(guess)", remedy: "name one of \(names.joined(separator: ", "))")
        }
        var list = self
        list.entries[index].state = .retired
        let next = standard ?? self.standard.description
        guard let entry = list[next], entry.state == .issuing else {
            let issuing = list.entries.filter { $0.state == .issuing }.map(\.name.description).joined(separator: ", ")
            throw OperatorError(
                summary: "the default issuer would be '\(next.prefix(80))', which does not issue",
                remedy: issuing.isEmpty
                    ? "make a successor first: ca-server issuer prepare NAME" : "name an issuer that does with --default: \(issuing)")
        }
        list.standard = entry.name
        return list
    }
}

extension IssuerName {
    /// The name of an issuing CA.
    package init(issuing text: String) throws(OperatorError) {
        guard let name = IssuerName(text), name != .root else {
            throw OperatorError(
                summary: "'\(text.prefix(80))' cannot be an issuing CA's name",
                remedy:
                    "use words of lower-case letters and digits with single hyphens between them, such as devices-2: a letter first, at most "
                    + "60 in all, a number at the end of at most six digits; not root, bundle or default")
        }
        self = name
    }

    /// The common name of its certificate: `Devices CA`, `Devices-2 CA`. Two issuers never share one.
    var commonName: String { "\(description.prefix(1).uppercased())\(description.dropFirst()) CA" }
}
