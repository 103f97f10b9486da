import Synchronization

/// What is wrong with a set of files, collected while the rest of it is read: whoever mends one fault need not read again to learn of the next.
package final class PolicyFaults: Sendable {
    private let found = Mutex<[PolicyFileError]>([])

    package init() {}

    /// In the order in which they were found.
    package var all: [PolicyFileError] { found.withLock { $0 } }

    /// Keeps a fault, unless there is one of the same field already: the second comes of the first.
    package func add(_ fault: PolicyFileError) {
        found.withLock { found in
            let isKnown = fault.field != nil && found.contains { $0.file == fault.file && $0.field == fault.field }
            if !isKnown { found.append(fault) }
        }
    }

    /// Reads one file of the set; one that cannot be read at all is a fault, and gives nil.
    package func reading<Value>(_ read: (PolicyFaults) throws(PolicyFileError) -> Value) -> Value? {
        do { return try read(self) } catch {
            add(error)
            return nil
        }
    }
}
