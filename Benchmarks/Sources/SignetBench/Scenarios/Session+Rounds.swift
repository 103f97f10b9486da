/// What our operations and their limits cost one right after the other. Microseconds of CPU.
///
/// On processors that are shared with others the same instructions cost up to twice as much from one minute to the next: figures of different
/// minutes make no ratio. Several rounds do, by their median.
struct Round: Codable {
    /// Verify, sign, verify.
    let cryptography: Double
    /// In a group of 32.
    let record: Double
    let empty: Double
    let sign: Double
    let mutualHandshake: Double
    let renew: Double
    /// Renewal over connections that are there; nil of runs before it was measured, as of the two refusals.
    var renewKept: Double?
    /// A request to sign that is refused because its ticket is spent.
    var spentTicket: Double?
    /// One that is refused because its identity is suspended.
    var suspended: Double?
    /// Percent of the machine's CPU that others used meanwhile.
    let others: Double
}

extension Session {
    /// Measures rounds; `limits` is asked before each.
    func measureRounds(_ services: [RenewingService], limits: () throws -> (CryptographyLimits, RecordLimit)) throws -> [Round] {
        try (1...extent.rounds).map { number in
            progress("round \(number) of \(extent.rounds)")
            // Made first: while requests are made the server rests, and what comes after a rest is measured on a rested processor.
            let signing = try signingLoad(lanes: extent.lanes, seconds: extent.roundSeconds)
            let (fresh, kept) = (try renewingServices(), try renewingServices())
            let (spentTickets, suspended) = (try spentTickets(), try suspendedDevice())
            let (cryptography, record) = try limits()
            let loads = [
                (Operation.empty, emptyLoad(lanes: extent.lanes)), (Operation.sign, signing),
                (Operation.mutualHandshake, mutualHandshakes(as: services)),
                (Operation.renew, renewals(fresh, style: .connectionEach)), (Operation.renew, renewals(kept, style: .keepAlive)),
                ("refuse a spent ticket", spentTickets), ("refuse a suspended device", suspended),
            ]
            let costs = try loads.map { operation, load in try shortly(operation, load, of: server.id) }
            return Round(
                cryptography: cryptography.certificate, record: record.grouped, empty: costs[0].serverCPU, sign: costs[1].serverCPU,
                mutualHandshake: costs[2].serverCPU, renew: costs[3].serverCPU, renewKept: costs[4].serverCPU,
                spentTicket: costs[5].serverCPU, suspended: costs[6].serverCPU,
                others: costs.compactMap(\.others).reduce(0, +) / Double(costs.count))
        }
    }

    /// What an operation costs a process under a short load, which no table shows. One that fails makes no ratio.
    func shortly(_ operation: String, _ load: Load, of process: Int32) throws -> Measurement {
        var load = load
        load.seconds = extent.roundSeconds
        let (measurement, notes) = try Measurement.take(operation, load, by: client, of: process)
        guard notes.failures == 0 else { throw BenchmarkFailure.refused(operation: operation, complaint: notes.firstFailure ?? "") }
        return measurement
    }
}

extension [Double] {
    /// The middle one in order; 0 of none.
    var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
