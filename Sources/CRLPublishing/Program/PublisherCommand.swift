import ArgumentParser
import DurableFiles

/// `crl-publisher`
struct PublisherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl-publisher",
        abstract: "Brings the CRLs of a CA to brokers and servers, verified and atomically.",
        discussion: """
            Every list is verified against the root and against the list before it. When anything is wrong, the files stay as they are \
            and no command runs. The output directory holds <issuer>.crl (DER), <issuer>.crl.pem and bundle.crl.pem (every issuer and the root).

            Exit status: 0 done, 1 refused or failed, 64 usage.
            """,
        subcommands: [RunCommand.self, OnceCommand.self])
}

/// The whole program: parses the process's arguments, runs and exits.
package func publisherMain() async {
    FileSizeLimit.isAnError()
    await PublisherCommand.main()
}
