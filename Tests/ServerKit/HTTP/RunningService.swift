package import Logging
package import ServiceLifecycle
import Synchronization
package import TestKit

import struct Dispatch.DispatchQoS
import class Dispatch.DispatchQueue

/// A service that ended before it listened.
package struct NeverListened: Error {}

/// Runs a listening service for as long as `body` takes, then stops it gracefully and waits for its end.
@discardableResult
package func withListener<Result: Sendable>(
    _ make: (_ onBound: @escaping @Sendable (Int) async -> Void) throws -> any Service,
    body: (_ port: Int, _ stop: @escaping @Sendable () async -> Void) async throws -> Result
) async throws -> Result {
    let (ports, bound) = AsyncStream<Int>.makeStream()
    let service = try make { bound.yield($0) }
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: quietLogger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { bound.finish() }
            do {
                try await group.run()
            } catch let error as ServiceGroupError where error == .serviceFinishedUnexpectedly() {
                // The service returned after a graceful stop that `body` asked for.
            }
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await tasks.waitForAll()
            throw NeverListened()
        }
        do {
            let result = try await body(port) { await group.triggerGracefulShutdown() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
    }
}

/// Says nothing.
package let quietLogger = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }

/// Runs a program on a thread of its own, so that it does not hold one of the few that the server under test needs.
package func program(_ tool: String, _ arguments: [String], input: String = "") async throws -> CommandResult {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
            continuation.resume(with: Swift.Result { try run(tool, arguments, input: Array(input.utf8)) })
        }
    }
}
