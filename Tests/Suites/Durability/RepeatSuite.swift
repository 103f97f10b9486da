import APISchema
import Foundation
import Testing

extension AgainstRealPrograms.Durability {
    @Suite struct Repeats {
        @Test func `a hundred requests at once with one key and one CSR get one certificate, and another CSR gets none`() async throws {
            try await TestCA.enduring(connections: 100) { authority, server, client in
                let wish = try Wish(1, name: "one-of-a-hundred")
                let given = try await together(100, client) { try Given(wish, await $0.sign(wish)) }
                #expect(Set(given.map(\.certificate)).count == 1 && given.count == 100)
                #expect(try await authority.account().certificates.count == 1)

                let other = try await client.sign(Wish(2, name: wish.name))
                #expect(other.status == 422 && other.text.contains("idempotency_key_reused") && !other.holdsCertificate, "\(other)")
                let sameDevice = try await client.sign(Wish(1, name: wish.name))
                #expect(sameDevice.status == 422, "another key of the same device is another request: \(sameDevice)")
                try await authority.expectSound(after: server, given: Array(given.prefix(1)), revoked: [])
            }
        }

        @Test func `issue answers once with its private key, and then names the serial number`() async throws {
            try await TestCA.enduring(connections: 20) { authority, server, client in
                let answers = try await together(20, client) { client in
                    try await client.post("pki/issue/service", ["common_name": "api.internal"], idempotencyKey: "issue")
                }
                let first = try #require(answers.first { $0.status == 200 }).data(as: SignedCertificate.self)
                #expect(first.privateKey?.contains("PRIVATE KEY") == true)
                let repeats = answers.filter { $0.status == 409 }
                #expect(repeats.count == 19)
                #expect(repeats.allSatisfy { $0.text.contains(first.serialNumber) && !$0.text.contains("PRIVATE KEY") })
                try await authority.expectSound(after: server, given: [], revoked: [])
            }
        }

        @Test func `twenty renewals at once with one key get one certificate`() async throws {
            try await TestCA.enduring { authority, server, _ in
                let device = try await authority.enrolDevice(deviceID(1))
                let wish = try Wish(1, name: "renewal")
                try await APIClient.open(authority, connections: 20, identity: device) { holder in
                    let given = try await together(20, holder) { client in
                        try Given(wish, await client.post("pki/renew", ["csr": wish.csr], idempotencyKey: wish.name))
                    }
                    #expect(Set(given.map(\.certificate)).count == 1 && given.count == 20)
                    let other = try await holder.post("pki/renew", ["csr": Wish(1).csr], idempotencyKey: wish.name)
                    #expect(other.status == 422, "\(other)")
                    try await authority.expectSound(after: server, given: Array(given.prefix(1)), revoked: [])
                }
            }
        }

        private func together<Value: Sendable>(
            _ count: Int, _ client: APIClient, _ request: @escaping @Sendable (APIClient) async throws -> Value
        ) async throws -> [Value] {
            try await withThrowingTaskGroup(of: Value.self) { group in
                for _ in 0..<count { group.addTask { try await request(client) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }
}
