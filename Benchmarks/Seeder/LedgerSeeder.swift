import ArgumentParser
import DurableFiles
import Foundation
import SQLiteLedger
import ServerAssembly

/// Fills the ledger of a CA with certificates and revocations, as fast as two cores and the disk allow. For benchmarks; never shipped.
@main
struct LedgerSeeder: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "LedgerSeeder",
        abstract: "Fill a CA's ledger with real certificates and revocations, for benchmarks.",
        discussion: """
            Everything that the server would write is written, by the server's own code: identities, certificates signed by the issuing CA for
            devices, revocations with their promised CRL numbers, the audit chain. ca-server verify accepts the result. Only HTTP, CSRs and
            permits are left out. Refused while a server has the ledger; run again it adds as many more.

            Example: LedgerSeeder --data ca --certificates 1000000 --revoked 1000000
            """)

    @Option(help: ArgumentHelp("Directory of the CA, made by ca-server init.", valueName: "dir"))
    var data: String

    @Option(help: ArgumentHelp("Certificates to add; 0 brings the ledger up to this program's schema.", valueName: "count"))
    var certificates: Int

    @Option(help: ArgumentHelp("How many of them are revoked.", valueName: "count"))
    var revoked = 0

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func validate() throws {
        guard certificates >= 0 else { throw ValidationError("--certificates cannot be negative") }
        guard (0...certificates).contains(revoked) else { throw ValidationError("--revoked must be 0 to \(certificates)") }
    }

    func run() async throws {
        umask(0o077)
        do {
            let opened = try OpenedAuthority(data: data, variables: ProcessInfo.processInfo.environment)
            let clock = ContinuousClock()
            let start = clock.now
            let seeding = try Seeding(opened, certificates: certificates, revoked: revoked) { done in
                StandardStream.error.tell("  \(done) of \(certificates) certificates after \((clock.now - start).components.seconds) s")
            }
            do {
                try await seeding.run()
            } catch {
                await opened.ledger.close()
                throw error
            }
            await opened.ledger.close()
            try report(seconds: (clock.now - start) / .seconds(1))
        } catch {
            StandardStream.error.tell("LedgerSeeder: \(error)")
            throw ExitCode.failure
        }
    }

    private struct Answer: Encodable {
        let certificates: Int
        let revoked: Int
        let seconds: Double
    }

    private func report(seconds: Double) throws {
        let answer = Answer(certificates: certificates, revoked: revoked, seconds: (seconds * 10).rounded() / 10)
        let text = "\(certificates) certificates, \(revoked) of them revoked, in \(answer.seconds) s"
        try StandardStream.output.write((json ? String(decoding: try JSONEncoder().encode(answer), as: UTF8.self) : text) + "\n")
    }
}
