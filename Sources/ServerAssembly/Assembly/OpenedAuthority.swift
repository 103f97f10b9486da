import Access
package import Issuance
package import Operations
package import SQLiteLedger

/// A CA opened for work without listeners: its issuing keys under the policies in force, and its ledger. For programs of this repository that
/// are not shipped, such as the benchmarks' seeder: they write what the server would write, because they are built from the same rooms.
package struct OpenedAuthority: Sendable {
    /// Plans and signs certificates.
    package let maker: CertificateMaker
    /// Held until it is closed: no server can start meanwhile.
    package let ledger: SQLiteLedger

    /// Opens `DIR`; refuses one whose ledger a server has open.
    /// - Parameter variables: the process's environment, which may name the unsealing secret.
    package init(data: String, variables: [String: String]) throws(OperatorError) {
        do {
            let directory = DataDirectory(data)
            let environment = ServerEnvironment(collecting: variables)
            let configuration = try ServerConfiguration.read(directory.configuration, environment: environment)
            let opened = try OpenedIssuers(directory, configuration, environment)
            maker = try PolicyLoading(directory: directory, configuration: configuration, opened: opened).load().maker
            try StartingState(directory: directory).checkFiles()
            ledger = try SQLiteLedger.open(path: directory.ledger)
        } catch {
            throw OperatorError(error)
        }
    }
}
