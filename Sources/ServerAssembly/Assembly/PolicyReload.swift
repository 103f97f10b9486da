import Authority
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads `DIR/policies` again at each SIGHUP. A bad set is refused with its reason, and the old one stays.
struct PolicyReload: Service {
    let authority: Authority
    let loading: PolicyLoading
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            do throws(OperatorError) {
                authority.replacePolicies(try loading.load())
                await authority.auditReload(error: nil)
                logger.info("policies reloaded")
            } catch {
                await authority.auditReload(error: error.summary)
                logger.error("policies not reloaded; the old set stays", metadata: ["error": "\(error)"])
            }
        }
    }
}
