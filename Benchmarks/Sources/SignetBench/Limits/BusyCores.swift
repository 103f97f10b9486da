import Crypto
import Foundation
import Synchronization

/// Work on every other core, so that a limit is measured as the server works: beside others that want the same caches and the same clock.
///
/// On hyperthreaded or shared cores the same instructions take longer beside a busy neighbour. A limit taken alone, held against a server that
/// was measured on a busy machine, would blame the server for that; the report shows both, so that the difference is seen.
enum BusyCores {
    private final class Flag: Sendable {
        private let raised = Mutex(false)
        var isRaised: Bool { raised.withLock { $0 } }
        func raise() { raised.withLock { $0 = true } }
    }

    /// Runs `work` while all cores but one verify signatures.
    static func during<Value>(_ work: () throws -> Value) throws -> Value {
        let key = P256.Signing.PrivateKey()
        let message = [UInt8](repeating: 1, count: 700)
        let signature = try key.signature(for: message)
        let flag = Flag()
        defer { flag.raise() }
        for _ in 1..<max(2, ProcessInfo.processInfo.activeProcessorCount) {
            Thread.detachNewThread {
                while !flag.isRaised { _ = key.publicKey.isValidSignature(signature, for: message) }
            }
        }
        return try work()
    }
}
