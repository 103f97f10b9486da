import APISchema
import Testing

extension AgainstRealPrograms.Durability {
    @Suite struct Triggers {
        @Test func `when one INSERT of an issuance fails, nothing leaves, nothing is half recorded, and its neighbours are served`()
            async throws
        {
            try await TestCA.enduring(connections: 16) { authority, server, client in
                var given: [Given] = []
                for (first, table, condition) in [
                    (100, "certificate", "NEW.common_name = '\(deviceID(100))'"),
                    (200, "security_audit", "NEW.resource LIKE '%\(deviceID(200))'"),
                ] {
                    try await authority.execute(Self.trigger(on: table, when: condition))
                    let unlucky = try Wish(first)
                    let (refused, others) = try await sign(unlucky, besides: first + 1...first + 15, client)
                    #expect(refused.status == 503 && refused.retryAfter != nil && !refused.holdsCertificate, "\(table): \(refused)")
                    #expect(try await authority.alarms(client) == ["the ledger cannot be written: stopped by a trigger"])
                    given += others
                    let account = try await authority.account()
                    account.expect(given: given, revoked: [], table)
                    #expect(account.certificates.count == given.count)
                    try await authority.expectNothing(of: unlucky)
                    try await authority.execute("DROP TRIGGER stopped")
                    given.append(try Given(unlucky, await client.sign(unlucky)))
                }
                try await authority.expectSound(after: server, given: given, revoked: [])
            }
        }

        /// Sends one request together with its neighbours, which are all to be served.
        private func sign(
            _ unlucky: Wish, besides numbers: ClosedRange<Int>, _ client: APIClient
        ) async throws -> (APIClient.Answer, [Given]) {
            async let refused = client.sign(unlucky)
            let others = try await withThrowingTaskGroup(of: Given.self) { group in
                for wish in try numbers.map({ try Wish($0) }) { group.addTask { try Given(wish, await client.sign(wish)) } }
                return try await group.reduce(into: [Given]()) { $0.append($1) }
            }
            return (try await refused, others)
        }

        @Test func `when one INSERT of a revocation fails, the certificate is not revoked, and no list says so`() async throws {
            try await TestCA.enduring { authority, server, client in
                var revoked: Set<String> = []
                for (number, table, condition) in [
                    (1, "revocation", "TRUE"), (2, "security_audit", "NEW.action = 'revoke' AND NEW.result = 'allowed'"),
                ] {
                    let wish = try Wish(number)
                    let given = try Given(wish, await client.sign(wish))
                    try await authority.execute(Self.trigger(on: table, when: condition))
                    let refused = try await client.revoke(given)
                    #expect(refused.status == 503 && refused.retryAfter != nil, "\(table): \(refused)")
                    #expect(try await Set(authority.account().revoked) == revoked)
                    #expect(try await client.get("pki/cert/\(given.serialNumber)").text.contains(#""revocation_time":0"#))
                    try await authority.execute("DROP TRIGGER stopped")
                    _ = try await client.revoke(given).data(as: RevokedCertificate.self)
                    revoked.insert(given.serialNumber)
                    let expected = revoked
                    try await eventually("it is listed") { try await authority.listedSerials() == expected }
                }
                try await authority.expectSound(after: server, given: [], revoked: Array(revoked))
            }
        }

        @Test func `a list that was published and not recorded is published again, though nobody revokes`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                try await authority.execute(Self.trigger(on: "crl", when: "NEW.issuer = 'devices'"))
                try await APIClient.open(authority) { client in
                    _ = try await client.revoke(Given(Wish(1), await client.sign(Wish(1))))
                    func isAlarmed() async throws -> Bool {
                        try await authority.alarms(client).contains { $0.hasPrefix("CRL of devices: ") }
                    }
                    try await eventually("the list is not recorded") { try await isAlarmed() }
                    try await authority.execute("DROP TRIGGER stopped")
                    try await eventually("the list is recorded") { try await !isAlarmed() }
                    try await authority.expectSound(after: server, given: [], revoked: [])
                }
            }
        }

        private static func trigger(on table: String, when condition: String) -> String {
            """
            CREATE TRIGGER stopped BEFORE INSERT ON \(table) WHEN \(condition)
            BEGIN SELECT RAISE(ABORT, 'stopped by a trigger'); END
            """
        }
    }
}

extension TestCA {
    /// Expects no trace of a device in any table that an issuance writes.
    func expectNothing(of wish: Wish) async throws {
        let check = """
            CREATE TEMP TABLE found (n INTEGER CHECK (n = 0));
            INSERT INTO found SELECT count(*) FROM identity WHERE name = '\(wish.device)';
            INSERT INTO found SELECT count(*) FROM security_audit WHERE resource LIKE '%\(wish.device)' AND result = 'allowed';
            INSERT INTO found SELECT count(*) - (SELECT count(*) FROM certificate WHERE profile = 'device') FROM idempotency;
            """
        try await execute(check)
    }
}
