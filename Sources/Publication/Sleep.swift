import ServiceLifecycle

/// Sleeps until the duration is over or a graceful shutdown begins.
/// - Returns: false when it is time to stop.
package func sleepUnlessShuttingDown(_ duration: Duration, _ clock: any Clock<Duration>) async -> Bool {
    do {
        try await cancelWhenGracefulShutdown { try await clock.sleep(for: duration) }
        return !Task.isShuttingDownGracefully
    } catch {
        return false
    }
}
