package import PKI

/// The numbers of an issuer's CRLs. They never go back (RFC 5280 §5.2.3), and follow the clock, so that a ledger restored from a backup is unlikely
/// to repeat one.
package struct CRLNumbers: Sendable, Equatable {
    /// The highest number that was taken; 0 before the first.
    package var taken: Int64
    /// The number promised to revocations that wait for a CRL.
    package var promised: Int64?
    /// Later lists say a later thisUpdate, whatever the files say; 0 without a recovery.
    package var leastThisUpdate: UnixTime
    /// The highest number that was taken or promised.
    package var lastNumber: Int64 { max(taken, promised ?? 0) }

    package init(taken: Int64 = 0, promised: Int64? = nil, leastThisUpdate: UnixTime = 0) {
        self.taken = taken
        self.promised = promised
        self.leastThisUpdate = leastThisUpdate
    }

    /// The number of the next CRL, promised to a revocation and kept until that CRL is built.
    mutating func promise(date: UnixTime) throws -> Int64 {
        let number = try promised ?? max(Self.sum(taken, 1), date.seconds)
        promised = number
        return number
    }

    /// Takes the promised number, or a new one, for a CRL that is about to be built.
    mutating func take(now: UnixTime) throws -> Int64 {
        taken = try max(promised ?? now.seconds, Self.sum(taken, 1))
        promised = nil
        return taken
    }

    /// Puts later numbers and times above what was seen outside, and as many numbers above as seconds have passed.
    mutating func advance(to number: Int64, thisUpdate: UnixTime, elapsed: Int64) throws -> Int64 {
        taken = try Self.sum(max(lastNumber, number), elapsed)
        promised = nil
        leastThisUpdate = max(leastThisUpdate, thisUpdate)
        return taken
    }

    private static func sum(_ number: Int64, _ step: Int64) throws(LedgerError) -> Int64 {
        let (sum, overflow) = number.addingReportingOverflow(step)
        guard !overflow else { throw .corrupt("there is no CRL number after \(number)") }
        return sum
    }
}

extension LedgerTransaction {
    /// Changes an issuer's CRL numbers.
    func changeNumbers<Value>(issuer: String, _ change: (inout CRLNumbers) throws -> Value) throws -> Value {
        let before = try crlNumbers(issuer: issuer)
        var numbers = before ?? CRLNumbers()
        let value = try change(&numbers)
        if numbers != before { try set(numbers, issuer: issuer) }
        return value
    }
}
