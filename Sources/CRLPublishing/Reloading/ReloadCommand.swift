import Foundation
import PKI
import Pauses

/// The command of `--on-change`.
package struct ReloadCommand: Sendable {
    /// Runs the command to its end; nil after a success.
    package typealias Run = @Sendable () async -> ReloadFailure?

    package let run: Run

    package init(run: @escaping Run) {
        self.run = run
    }

    /// Runs the command as `/bin/sh -c` in the publisher's own environment with `CRL_DIR`; what it prints goes to standard error.
    ///
    /// - Parameters:
    ///   - line: runs for a minute at most; it is killed then, and when the publisher stops.
    ///   - directory: goes to the command as `CRL_DIR`.
    package init(shell line: String, directory: String, clock: any Clock<Duration>) {
        run = {
            let environment = ProcessInfo.processInfo.environment.merging(["CRL_DIR": directory]) { _, new in new }
            do throws(CommandFailure) {
                try await ShellCommand(line, environment: environment, clock: clock).run()
                return nil
            } catch {
                switch error {
                case .failed(let command, let outcome): return .failed(reason: "'\(command)' \(outcome)")
                case .cancelled: return .interrupted
                }
            }
        }
    }
}

/// Why a reload command has not done its work. The lists are in place all the same.
package enum ReloadFailure: Explained, Sendable, Equatable {
    case failed(reason: String)
    /// The publisher was stopped meanwhile; the command runs again when it starts.
    case interrupted
    /// The command succeeded, but the note in the directory that it has to run could not be removed.
    case notSettled(reason: String)

    /// What happened.
    package var summary: String {
        switch self {
        case .failed(let reason): "the --on-change command failed: \(reason)"
        case .interrupted: "the --on-change command was interrupted"
        case .notSettled(let reason): "the --on-change command will run once more: \(reason)"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .failed: "run it by hand with CRL_DIR set; let it only start a reload and not wait for it"
        case .interrupted: "nothing: it runs again with the next start"
        case .notSettled: "check the permissions of the output directory"
        }
    }
}
