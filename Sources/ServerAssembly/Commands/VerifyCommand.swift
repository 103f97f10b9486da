import ArgumentParser
import DurableFiles
import Ledger
import Operations
import Pauses

/// `ca-server verify`.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check ledger, audit chain, keys and published CRLs; name the first fault.",
        discussion: """
            Works beside a running server. Exit status 1 when there is a fault.

            --published names the output directory of a crl-publisher (or a copy of it): every head of the audit chain that it saw must still stand in the
            log, so that a log that was cut or rewritten together with its own head is found.

            Example: ca-server verify --data /var/lib/signet --published /mnt/broker/crl
            """)

    @OptionGroup var common: CommonOptions

    @Option(name: .long, help: "A crl-publisher's directory, whose audit heads are compared with the log. May be given several times.")
    var published: [String] = []

    private struct Answer: Encodable {
        let ok: Bool
        let fault: String?
        let remedy: String?
    }

    func run() async throws {
        try await reporting {
            try common.refuseOpenPlaces()
            let (configuration, environment) = try common.configuration()
            let isJSON = common.json
            let progress = { (step: String) in if !isJSON { StandardStream.error.tell("\(step) …") } }
            do {
                progress("keys and certificates")
                let opened = try OpenedIssuers(common.directory, configuration, environment)
                try await Verification(
                    directory: common.directory, opened: opened, anchor: configuration.anchor, folders: published, clock: System.clock,
                    pauses: PauseClock()
                ).run(progress: progress)
                if isJSON { return try printJSON(Answer(ok: true, fault: nil, remedy: nil)) }
                try StandardStream.output.write("All is well: ledger, audit chain, keys and published files agree.\n")
            } catch {
                let told = OperatorError(error)
                if isJSON { try printJSON(Answer(ok: false, fault: told.summary, remedy: told.remedy)) }
                throw told
            }
        }
    }
}
