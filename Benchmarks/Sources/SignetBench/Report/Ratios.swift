/// What the server is held against: limits of the same run, measured while the other cores are busy as they are when the server is.
struct Ratios {
    /// Figures that are no operations of the server.
    struct Basis {
        /// A start with the larger ledger.
        struct Restart {
            let seconds: Double
            let idleMiB: Double
        }

        /// What is held against limits, and these, side by side.
        var rounds: [Round] = []
        /// Server CPU of a signature, ours and a peer's, side by side.
        var peers: [String: [PeerRound]] = [:]
        /// Resident memory of a server at rest with the smaller ledger.
        var idleMiB = 0.0
        var lists: ListCosts?
        var restart: Restart?
        var crowds: [Session.CrowdCost] = []
    }

    let report: Report
    let basis: Basis
    let extent: Extent

    /// All that the run has figures for.
    func all() -> [Report.Ratio] {
        signing() + renewing() + refusing() + growth() + promptness() + starting() + lists() + crowds() + peers()
    }

    private func signing() -> [Report.Ratio] {
        var ratios: [Report.Ratio] = []
        if !basis.rounds.isEmpty {
            let name = "verify + sign + verify"
            ratios = [
                ratio("sign: CPU / (\(name) + empty request + record)", target: 1.25) { round in
                    round.sign / (round.cryptography + round.empty + round.record)
                },
                ratio("sign: CPU / (\(name))", target: 1.6) { round in round.sign / round.cryptography },
            ]
        }
        if let half = report.first(Session.Operation.sign, lanes: extent.lanes, paced: true) {
            ratios.append(.init(name: "sign at half the saturated rate: p99 / 20 ms", value: half.p99 / 20_000, target: 1))
        }
        return ratios
    }

    private func renewing() -> [Report.Ratio] {
        guard !basis.rounds.isEmpty else { return [] }
        let name = "renew, new connection: CPU / (handshake with empty request + verify + sign + verify + record)"
        // The handshake was measured with its empty request, so that is not added again.
        return [
            ratio(name, target: 1.25) { round in
                round.renew / (round.mutualHandshake + round.cryptography + round.record)
            },
            ratio("renew, keep-alive: CPU / sign", target: 1.15) { round in (round.renewKept ?? 0) / round.sign },
        ]
    }

    private func refusing() -> [Report.Ratio] {
        guard !basis.rounds.isEmpty else { return [] }
        return [
            ratio("refuse a spent ticket: CPU / sign", target: nil) { round in (round.spentTicket ?? 0) / round.sign },
            ratio("refuse a suspended device: CPU / sign", target: nil) { round in (round.suspended ?? 0) / round.sign },
        ]
    }

    private func ratio(_ name: String, target: Double?, of round: (Round) -> Double) -> Report.Ratio {
        .init(name: name, values: basis.rounds.map(round), target: target)
    }
}

extension Report.Ratio {
    /// The median of several rounds.
    init(name: String, values: [Double], target: Double?) {
        self.init(name: name, value: values.median, target: target, range: [values.min() ?? 0, values.max() ?? 0])
    }
}
