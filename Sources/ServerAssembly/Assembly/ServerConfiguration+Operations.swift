import Authority
import Operations
import Publication

// The values of configuration and environment, as operations take them.

extension OpenedIssuers {
    /// - Parameter list: another list than the directory's.
    init(
        _ directory: DataDirectory, _ configuration: ServerConfiguration, _ environment: ServerEnvironment, list: IssuerList? = nil
    ) throws(OperatorError) {
        do {
            try self.init(
                directory, list: list, publicURL: configuration.publicURL.description,
                secret: try environment.issuerSecret.find(beside: directory.unsealKey))
        } catch { throw OperatorError(error) }
    }
}

extension Initialization {
    init(directory: DataDirectory, configuration: ServerConfiguration, environment: ServerEnvironment) throws {
        self.init(
            directory: directory, configuration: configuration.yaml, organization: configuration.organizations[0].description,
            publicURL: configuration.publicURL.description, schedule: configuration.schedule,
            secrets: (try environment.issuerSecret.given(), try environment.rootSecret.given()), clock: System.clock,
            randomness: System.randomness)
    }
}

extension ServerConfiguration {
    var anchor: LedgerAnchor? { ledger.anchor.map { LedgerAnchor(path: $0) } }

    var schedule: RevocationListPublisher.Schedule { .init(refresh: crl.refresh, lifetime: crl.lifetime, backdate: crl.backdate) }
}
