/// What many rows cost more than few.
extension Ratios {
    /// An operation on the larger ledger against the same on the smaller one.
    func growth() -> [Report.Ratio] {
        report.operations.enumerated().compactMap { index, many in
            guard many.rows == extent.rows, many.paced == nil,
                // Listing measures signing once more.
                !report.operations[..<index].contains(where: { $0.isComparable(to: many) }),
                let few = report.operations.first(where: { $0.rows == extent.fewRows && $0.isSameRequest(as: many) })
            else { return nil }
            let name = "\(many.operation), \(many.lanes) × \(many.style): CPU with \(extent.rows.grouped) rows / \(extent.fewRows.grouped)"
            return .init(name: name, value: many.serverCPU / few.serverCPU, target: nil)
        }
    }

    /// How long one certificate takes with the larger ledger, while the server is half busy.
    func promptness() -> [Report.Ratio] {
        let paced = report.operations.last { $0.operation == Session.Operation.sign && $0.rows == extent.rows && $0.paced != nil }
        guard let paced, extent.rows != extent.fewRows else { return [] }
        let name = "sign at half the saturated rate with \(extent.rows.grouped) rows: p99 / 20 ms"
        return [.init(name: name, value: paced.p99 / 20_000, target: 1)]
    }

    /// Time and memory of a start with the larger ledger.
    func starting() -> [Report.Ratio] {
        guard let restart = basis.restart else { return [] }
        let name = "start with \(extent.rows.grouped) rows"
        var ratios = [Report.Ratio(name: "\(name): ready after / 1 s", value: restart.seconds, target: 1)]
        if let lists = basis.lists {
            let limit = 64 + Double(lists.octets) / 1_048_576
            ratios.append(.init(name: "\(name): resident at rest / (64 MiB + its CRL)", value: restart.idleMiB / limit, target: 1))
        }
        return ratios
    }

    /// The list of all that is revoked in the larger ledger, after one more revocation.
    func lists() -> [Report.Ratio] {
        guard let lists = basis.lists else { return [] }
        let name = "CRL of \(extent.rows.grouped) entries"
        let mebibytes = Double(lists.octets) / 1_048_576
        // Beside a small list, the revocation itself and everything else that a server keeps would count.
        let isLarge = mebibytes > 16
        var ratios = [
            Report.Ratio(
                name: "\(name): CPU to the new DER list / SHA-256", value: lists.listCPU / lists.hash, target: isLarge ? 3 : nil),
            .init(name: "\(name): CPU to the new index / SHA-256", value: lists.allCPU / lists.hash, target: nil),
            .init(
                name: "\(name): p99 of signing while it is made / usual", value: lists.meanwhileP99 / max(1, lists.usualP99), target: 2),
        ]
        if isLarge {
            ratios.append(
                .init(
                    name: "\(name): (resident at most - at rest with few rows) / size",
                    value: (lists.peakMiB - basis.idleMiB) / mebibytes, target: 2.5))
        }
        return ratios
    }
}
