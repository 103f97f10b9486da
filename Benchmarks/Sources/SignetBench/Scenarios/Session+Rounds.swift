/// What our operations and their limits cost one right after the other. Microseconds of CPU.
///
/// On processors that are shared with others the same instructions cost up to twice as much from one minute to the next: figures of different
/// minutes make no ratio. Several rounds do, by their median.
struct Round {
    let cryptography: CryptographyLimits
    let record: RecordLimit
    let empty: Double
    let sign: Double
    let mutualHandshake: Double
    let renew: Double
}

extension Session {
    /// Measures rounds; `limits` is asked before each.
    func measureRounds(_ services: [RenewingService], limits: () throws -> (CryptographyLimits, RecordLimit)) throws -> [Round] {
        let turns = Turns(lanes: services.count)
        return try (1...extent.rounds).map { number in
            progress("round \(number) of \(extent.rounds)")
            let (cryptography, record) = try limits()
            return Round(
                cryptography: cryptography, record: record, empty: try cost(Operation.empty, emptyLoad(lanes: extent.lanes)),
                sign: try cost(Operation.sign, signingLoad(lanes: extent.lanes, seconds: extent.roundSeconds)),
                mutualHandshake: try cost(Operation.mutualHandshake, mutualHandshakes(as: services)),
                renew: try cost(Operation.renew, renewals(services, style: .connectionEach, turns: turns)))
        }
    }

    /// Server CPU of one operation under a short load, which no table shows.
    func cost(_ operation: String, _ load: Load) throws -> Double {
        var load = load
        load.seconds = extent.roundSeconds
        return try Measurement.take(operation, load, by: client, of: server.id).measurement.serverCPU
    }
}

extension [Double] {
    /// The middle one in order; 0 of none.
    var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
