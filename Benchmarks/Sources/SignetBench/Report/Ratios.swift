/// What the server is held against: limits of the same run, measured while the other cores are busy as they are when the server is.
struct Ratios {
    let report: Report
    let cryptography: CryptographyLimits
    let record: RecordLimit
    let extent: Extent

    /// All that the run has figures for.
    func all() -> [Report.Ratio] { signing() + renewing() + growth() }

    private func signing() -> [Report.Ratio] {
        guard let sign = report.first(Session.Operation.sign, lanes: extent.lanes),
            let empty = report.first(Session.Operation.empty, lanes: extent.lanes)
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
            let handshake = report.first(Session.Operation.mutualHandshake, lanes: extent.handshakeLanes, style: .connectionEach)
        else { return [] }
        // The handshake was measured with its empty request, so that is not added again.
        let sum = handshake.serverCPU + cryptography.certificate + record.grouped
        return [
            .init(
                name: "renew, new connection: CPU / (handshake with empty request + verify + sign + verify + record)",
                value: renewal.serverCPU / sum, target: 1.25)
        ]
    }

    /// The last measurement of an operation against the first, where the ledger grew in between.
    private func growth() -> [Report.Ratio] {
        report.operations.enumerated().compactMap { index, first in
            guard report.operations[..<index].allSatisfy({ !$0.isComparable(to: first) }),
                let last = report.operations[(index + 1)...].last(where: { $0.isComparable(to: first) }),
                last.certificates > first.certificates
            else { return nil }
            let name = "\(first.operation), \(first.lanes) × \(first.style): CPU after growth / before"
            return .init(name: name, value: last.serverCPU / first.serverCPU, target: nil)
        }
    }
}
