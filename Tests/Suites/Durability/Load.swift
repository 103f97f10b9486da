import APISchema
import Foundation
import Synchronization

/// Clients that ask for certificates and revoke every fifth, until they are told to stop. Whatever happens to the server, each asks again
/// under the same name until it has its certificate.
final class Load: Sendable {
    private let client: APIClient
    private let numbers: Atomic<Int>
    private let ended = Atomic(false)
    private let up = Atomic(true)
    private let lostAnswers = Atomic(0)
    private let results = Mutex((given: [Given](), revoked: [RevokedCertificate]()))

    /// - Parameter first: the number of the first device.
    init(_ client: APIClient, first: Int = 1) {
        self.client = client
        numbers = Atomic(first - 1)
    }

    /// What clients have received by now.
    var given: [Given] { results.withLock { $0.given } }
    /// Receipts that clients have received by now.
    var revoked: [RevokedCertificate] { results.withLock { $0.revoked } }
    /// Requests that got no answer.
    var lost: Int { lostAnswers.load(ordering: .relaxed) }

    /// Says that the server is about to go, or is back: who fails meanwhile waits, and does not knock.
    func serverIs(up isUp: Bool) { up.store(isUp, ordering: .sequentiallyConsistent) }

    /// Runs the load beside the body, then lets every client get its answer.
    func run(clients: Int, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<clients { group.addTask { try await self.work() } }
            defer { ended.store(true, ordering: .relaxed) }
            do { try await body() } catch {
                group.cancelAll()
                throw error
            }
            ended.store(true, ordering: .relaxed)
            try await group.waitForAll()
        }
    }

    private func work() async throws {
        while !ended.load(ordering: .relaxed) {
            let number = numbers.add(1, ordering: .relaxed).newValue
            let given = try await fulfil(Wish(number))
            results.withLock { $0.given.append(given) }
            if number.isMultiple(of: 5) { try await revoke(given) }
        }
    }

    /// Asks until there is a certificate.
    func fulfil(_ wish: Wish) async throws -> Given {
        let (answer, attempts) = try await persist("certificate \(wish.number)") { try await client.sign(wish) }
        return try Given(wish, answer, attempts: attempts)
    }

    private func revoke(_ given: Given) async throws {
        let receipt = try await persist("revocation \(given.wish.number)") { try await client.revoke(given) }.0
            .data(as: RevokedCertificate.self)
        results.withLock { $0.revoked.append(receipt) }
    }

    private func persist(_ what: String, _ request: () async throws -> APIClient.Answer) async throws -> (APIClient.Answer, Int) {
        let deadline = ContinuousClock.now + .seconds(120)
        var attempts = 0
        while ContinuousClock.now < deadline {
            attempts += 1
            do {
                let answer = try await request()
                if answer.status == 200 { return (answer, attempts) }
                guard answer.status == 503, answer.retryAfter != nil, !answer.holdsCertificate else {
                    throw UnexpectedAnswer(answer: answer)
                }
            } catch let error as UnexpectedAnswer {
                throw error
            } catch {
                try Task.checkCancellation()
                lostAnswers.add(1, ordering: .relaxed)
            }
            try await eventually("the server is up again", within: .seconds(60), every: .milliseconds(20)) {
                up.load(ordering: .sequentiallyConsistent)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NeverHappened(what: "an answer to \(what)")
    }
}
