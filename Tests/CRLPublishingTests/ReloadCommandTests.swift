import CRLPublishing
import TestKit
import Testing

struct ReloadCommandTests {
    @Test func `the command is a shell's and knows the directory`() async throws {
        let folder = try TemporaryDirectory()
        let line = "echo $CRL_DIR > '\(folder.path("out"))' && true"
        let command = ReloadCommand(shell: line, directory: "/var/lib/crl", clock: ContinuousClock())
        #expect(await command.run() == nil)
        #expect(try folder.text("out") == "/var/lib/crl\n")
    }

    @Test func `a failing command is a failure`() async {
        guard case .failed(let reason) = await ReloadCommand(shell: "exit 7", directory: "/", clock: ContinuousClock()).run() else {
            Issue.record("it did not fail")
            return
        }
        #expect(reason.contains("7"))
    }
}
