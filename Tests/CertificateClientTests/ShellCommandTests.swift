import Glibc
import TestKit
import Testing

@testable import CertificateClient

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
        await #expect(throws: ClientError.commandFailed(command: "exit 3", outcome: "exited with 3")) { try await command("exit 3").run() }
    }

    @Test func `a command that a signal ends has failed`() async {
        await #expect(throws: ClientError.commandFailed(command: "kill -9 $$", outcome: "was ended by signal 9")) {
            try await command("kill -9 $$").run()
        }
    }

    @Test func `a command that does not end is stopped`() async {
        await #expect {
            try await command("while :; do :; done", timeout: .milliseconds(60)).run()
        } throws: { "\($0)".contains("did not end") }
    }

    @Test func `a command hears signals although the thread that starts it blocks them`() throws {
        let scratch = try TemporaryDirectory()
        let line = command("grep '^SigBlk' /proc/self/status > \(scratch.path("signals"))", ["PATH": "/usr/bin:/bin"])
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
        let process = try line.start()
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        let ended = waitpid(process, nil, 0)
        #expect(ended == process)
        #expect(try scratch.text("signals") == "SigBlk:\t0000000000000000\n")
    }

    @Test func `a command that leaves a child behind is over when it is over`() async throws {
        let scratch = try TemporaryDirectory()
        let pidFile = scratch.path("pid")
        try await command("sleep 30 & echo $! > \(pidFile)", timeout: .seconds(20), ["PATH": "/usr/bin:/bin"]).run()
        let child = try scratch.text("pid").filter { !$0.isWhitespace }
        #expect(try run("kill", [child]).status == 0)
    }
}
