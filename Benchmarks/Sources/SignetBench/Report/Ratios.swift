/// What the server is held against: limits of the same run, measured while the other cores are busy as they are when the server is.
struct Ratios {
    /// Figures that are no operations of the server.
    struct Basis {
        /// A start with the larger ledger.
        struct Restart {
            let seconds: Double
            let idleMiB: Double
        }

        var cryptography: CryptographyLimits?
        var record: RecordLimit?
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
    func all() -> [Report.Ratio] { signing() + renewing() + growth() + promptness() + starting() + lists() + crowds() + peers() }

    private func signing() -> [Report.Ratio] {
        guard let sign = report.first(Session.Operation.sign, lanes: extent.lanes), let cryptography = basis.cryptography,
            let empty = report.first(Session.Operation.empty, lanes: extent.lanes), let record = basis.record
        else { return [] }
        let sum = cryptography.certificate + empty.serverCPU + record.grouped
        var ratios = [
            Report.Ratio(name: "sign: CPU / (verify + sign + verify + empty request + record)", value: sign.serverCPU / sum, target: 1.25),
            Report.Ratio(name: "sign: CPU / (verify + sign + verify)", value: sign.serverCPU / cryptography.certificate, target: 1.6),
        ]
        if let half = report.first(Session.Operation.sign, lanes: extent.lanes, paced: true) {
            ratios.append(.init(name: "sign at half the saturated rate: p99 / 20 ms", value: half.p99 / 20_000, target: 1))
        }
        return ratios
    }

    private func renewing() -> [Report.Ratio] {
        guard let renewal = report.first(Session.Operation.renew, lanes: extent.handshakeLanes, style: .connectionEach),
            let handshake = report.first(Session.Operation.mutualHandshake, lanes: extent.handshakeLanes, style: .connectionEach),
            let cryptography = basis.cryptography, let record = basis.record
        else { return [] }
        // The handshake was measured with its empty request, so that is not added again.
        let sum = handshake.serverCPU + cryptography.certificate + record.grouped
        return [
            .init(
                name: "renew, new connection: CPU / (handshake with empty request + verify + sign + verify + record)",
                value: renewal.serverCPU / sum, target: 1.25)
        ]
    }
}
