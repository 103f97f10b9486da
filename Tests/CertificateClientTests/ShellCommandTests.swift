import Glibc
import Pauses
import TestKit
import Testing

struct ShellCommandTests {
    private func command(_ line: String, timeout: Duration = .seconds(60), _ environment: [String: String] = [:]) -> ShellCommand {
        ShellCommand(line, environment: environment, timeout: timeout, clock: ContinuousClock())
    }

    @Test func `a command sees its variables and nothing else`() async throws {
        let scratch = try TemporaryDirectory()
        try await command("echo \"$CERT_FILE|$HOME\" > \(scratch.path("out"))", ["CERT_FILE": "/x/cert.pem"]).run()
        #expect(try scratch.text("out") == "/x/cert.pem|\n")
    }

    @Test func `a command that exits with another code than 0 has failed`() async {
        await #expect(throws: CommandFailure.failed(command: "exit 3", outcome: "exited with 3")) { try await command("exit 3").run() }
    }

    @Test func `a command that a signal ends has failed`() async {
        await #expect(throws: CommandFailure.failed(command: "kill -9 $$", outcome: "was ended by signal 9")) {
            try await command("kill -9 $$").run()
        }
    }

    @Test func `a command that does not end is stopped`() async {
        await #expect {
            try await command("while :; do :; done", timeout: .milliseconds(60)).run()
        } throws: { "\($0)".contains("did not end") }
    }

    // The mask of blocked signals is reset too, but Debian's sh does that by itself, so no test here could fail.
    @Test func `a command hears the signals that this process ignores`() async throws {
        let scratch = try TemporaryDirectory()
        signal(SIGPIPE, SIG_IGN)
        try await command("grep '^SigIgn' /proc/self/status > \(scratch.path("signals"))", ["PATH": "/usr/bin:/bin"]).run()
        let ignored = try #require(UInt64(try scratch.text("signals").dropFirst(7).filter { !$0.isWhitespace }, radix: 16))
        #expect(ignored & 1 << UInt64(SIGPIPE - 1) == 0)
    }

    @Test func `a command that leaves a child behind is over when it is over`() async throws {
        let scratch = try TemporaryDirectory()
        let pidFile = scratch.path("pid")
        try await command("sleep 3600 & echo $! > \(pidFile)", timeout: .seconds(20), ["PATH": "/usr/bin:/bin"]).run()
        let child = try scratch.text("pid").filter { !$0.isWhitespace }
        #expect(try run("kill", [child]).status == 0)
    }
}
