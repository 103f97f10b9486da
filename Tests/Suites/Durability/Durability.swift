import Testing

extension AgainstRealPrograms {
    /// What was answered is on the disk, and what is not on the disk was not answered: kills, failing and full disks, other writers.
    @Suite(.needs(.openssl, .curl, .python)) struct Durability {}
}

extension TestCA {
    /// A CA that serves, its server, and a client of the administrator.
    static func enduring(
        connections: Int = 8, _ body: (TestCA, RunningProgram, APIClient) async throws -> Void
    ) async throws {
        try await Sandbox.open { sandbox in
            let authority = try await TestCA(in: sandbox)
            let server = try await authority.serve()
            try await APIClient.open(authority, connections: connections) { client in try await body(authority, server, client) }
        }
    }

    /// Stops the server and has everything checked by `ca-server verify` and by SQLite itself.
    func expectSound(after server: RunningProgram, given: [Given], revoked: [String]) async throws {
        try await server.stop().succeeded()
        try await self.server("verify").succeeded()
        try await account().expect(given: given, revoked: revoked, "at the end")
    }
}
