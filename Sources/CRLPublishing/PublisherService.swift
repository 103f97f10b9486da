import ServiceLifecycle

/// A publisher that runs until it is told to stop, asleep between its passes.
package struct PublisherService: Service {
    private let publisher: Publisher
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - publisher: started already.
    ///   - clock: measures the pauses.
    package init(publisher: Publisher, clock: any Clock<Duration>) {
        self.publisher = publisher
        self.clock = clock
    }

    /// Ends at graceful shutdown. Writing is never interrupted; fetching and a running reload command are.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let pause = await publisher.pass()
                do {
                    try await clock.sleep(for: pause)
                } catch {
                    return
                }
            }
        }
    }
}
