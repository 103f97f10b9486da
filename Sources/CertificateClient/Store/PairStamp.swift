internal import DurableFiles

/// What tells that a pair on disk was replaced without reading it: which files key and certificate are, links followed, and when they were written.
struct PairStamp: Sendable, Equatable {
    private let values: [Int64]

    init(_ values: [Int64]) { self.values = values }
}

extension CredentialStore {
    /// Of the files as they are now; those that are missing count, too.
    func stamp() -> PairStamp {
        PairStamp([CredentialFile.key, .certificate].flatMap { DurableFile.stamp(of: path($0)) })
    }
}
