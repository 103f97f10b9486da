import Synchronization

/// What is left to write, handed out in portions.
final class Quota: Sendable {
    /// Certificates to write, the first of which are revoked.
    struct Portion {
        let certificates: Int
        let revoked: Int
    }

    private struct Left {
        var certificates: Int
        var revoked: Int
    }

    private let total: Int
    /// Certificates between two reports.
    private let step: Int
    private let left: Mutex<Left>
    private let progress: @Sendable (Int) -> Void

    /// - Parameter progress: told, some forty times, how many certificates were handed out.
    init(certificates: Int, revoked: Int, progress: @escaping @Sendable (Int) -> Void) {
        total = certificates
        step = max(1, certificates / 40)
        left = Mutex(Left(certificates: certificates, revoked: revoked))
        self.progress = progress
    }

    /// The next portion; nil when all was handed out.
    func take(atMost most: Int) -> Portion? {
        let (portion, done) = left.withLock { left -> (Portion, Int) in
            let certificates = min(most, left.certificates)
            let revoked = min(certificates, left.revoked)
            left.certificates -= certificates
            left.revoked -= revoked
            return (Portion(certificates: certificates, revoked: revoked), total - left.certificates)
        }
        guard portion.certificates > 0 else { return nil }
        if done / step > (done - portion.certificates) / step { progress(done) }
        return portion
    }
}
