internal import APISchema
internal import ArgumentParser
internal import CertificateClient
import Foundation
internal import PKI

/// `ca-client device`.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Act on a device, whether or not it has a certificate.",
        discussion: "Example: ca-client device suspend 6f1c2c1e-54a2-4a5e-9a55-8d6b1f1f0a01", subcommands: [SuspendDeviceCommand.self])
}

/// `ca-client device suspend`.
struct SuspendDeviceCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Let a device neither renew nor enrol, until a new ticket is made for it.",
        discussion: """
            Tickets that exist by now do not bring it back. Its certificates stay good until they end: ca-client revoke ends one at once.

            Example: ca-client device suspend 6f1c2c1e-54a2-4a5e-9a55-8d6b1f1f0a01
            """)

    @Argument(help: ArgumentHelp("The device's UUID.", valueName: "id"))
    var id: String

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard UUID(uuidString: id) != nil else { throw ValidationError("'\(id)' is no UUID") }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        let answer = try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
            try await client.suspendDevice(asciiLowercased(id))
        }
        try session.output.report(SuspensionReport(answer: answer), as: output)
    }
}

private struct SuspensionReport: Report {
    let answer: SuspendedIdentity

    func encode(to encoder: any Encoder) throws { try answer.encode(to: encoder) }

    var text: String { table([("id", answer.id), ("status", answer.status), ("since", UnixTime(answer.suspensionTime).description)]) }
}
