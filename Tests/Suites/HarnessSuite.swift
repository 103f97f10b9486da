import Foundation
import Testing

extension AgainstRealPrograms {
    /// A harness that swallows failures would make every other suite worthless.
    @Suite struct Harness {
        @Test func `a program's status and both streams are captured, and its input reaches it`() async throws {
            try await Sandbox.open { sandbox in
                let outcome = try await sandbox.run("sh", ["-c", "cat; echo out; echo err >&2; exit 7"], input: "in\n")
                #expect(outcome.status == 7 && outcome.output == "in\nout\n" && outcome.errors == "err\n")
                #expect(throws: ProgramFailed.self) { try outcome.succeeded() }
            }
        }

        @Test func `a program that never ends is killed and named`() async throws {
            try await Sandbox.open { sandbox in
                let program = try sandbox.start("sleep", ["1000"])
                let error = await #expect(throws: NeverHappened.self) { try await program.outcome(within: .milliseconds(100)) }
                #expect(error?.what.contains("sleep 1000") == true)
                try await eventually("it is gone") { !program.isRunning }
            }
        }

        @Test func `the end of a program is seen while one that started at the same moment runs`() async throws {
            try await Sandbox.open { sandbox in
                try await withThrowingTaskGroup { group in
                    for _ in 1...400 {
                        group.addTask { _ = try sandbox.start("sleep", ["1000"]) }
                        group.addTask { try await sandbox.run("true", [], within: .seconds(20)).succeeded() }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test func `nothing outlives its sandbox`() async throws {
            let left = try await leftBehind()
            #expect(!left.program.isRunning)
            #expect(!FileManager.default.fileExists(atPath: left.folder))
        }

        @Test func `the environment of the person who runs the tests is not passed on`() async throws {
            try await Sandbox.open { sandbox in
                let variables = try await sandbox.run("env", [], environment: ["CA_ADDR": "x"]).succeeded().line.split(separator: "\n")
                #expect(Set(variables.compactMap { $0.split(separator: "=").first }) == ["PATH", "HOME", "LANG", "TMPDIR", "CA_ADDR"])
            }
        }

        private func leftBehind() async throws -> (program: RunningProgram, folder: String) {
            var left: (RunningProgram, String)?
            try await Sandbox.open { sandbox in left = (try sandbox.start("sleep", ["1000"]), sandbox.folder) }
            return try #require(left)
        }
    }
}
