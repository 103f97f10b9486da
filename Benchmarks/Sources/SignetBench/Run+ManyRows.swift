/// The larger ledger: what grows with it, how a server starts with it, and the list of all that is revoked in it.
extension Run {
    func measureManyRows() throws {
        let server = try start(rows: extent.rows)
        defer { server.stop() }
        let session = try Session(server: server, rows: extent.rows, client: client, extent: extent)
        try session.awaitLists()
        // Lists first: what other loads leave in memory is not theirs.
        if extent.parts.contains(.lists) { try measureLists(session) }
        if extent.parts.contains(.rows) { try measureGrowth(session) }
        report.operations += session.measurements
        guard extent.parts.contains(.rows) else { return }
        server.stop()
        try measureRestart()
    }

    private func measureGrowth(_ session: Session) throws {
        try session.measureSaturation()
        try session.measureRenewing(styles: [.keepAlive])
        try session.measureReading()
        try session.measureRevoking()
    }

    private func measureLists(_ session: Session) throws {
        let costs = try session.measureLists()
        basis.lists = costs
        let name = "CRL of \(costs.entries.grouped) entries"
        report.limits += [
            .init(name: "\(name): size", value: Double(costs.octets), unit: "octets"),
            .init(name: "\(name): SHA-256", value: costs.hash, unit: "µs CPU"),
            .init(name: "\(name): server CPU to the new DER list", value: costs.listCPU, unit: "µs CPU"),
            .init(name: "\(name): server CPU to the new index, PEM and bundle included", value: costs.allCPU, unit: "µs CPU"),
            .init(name: "\(name): DER list after", value: costs.listMilliseconds, unit: "ms"),
            .init(name: "\(name): index after", value: costs.allMilliseconds, unit: "ms"),
            .init(name: "\(name): resident before", value: costs.idleMiB, unit: "MiB"),
            .init(name: "\(name): resident at most", value: costs.peakMiB, unit: "MiB"),
        ]
    }

    /// A start with lists that were published before, as any restart is.
    private func measureRestart() throws {
        let server = try start(rows: extent.rows)
        defer { server.stop() }
        let session = try Session(server: server, rows: extent.rows, client: client, extent: extent)
        try session.awaitRest()
        let usage = try ProcessUsage.of(server.id)
        basis.restart = .init(seconds: server.secondsToReady, idleMiB: usage.residentMiB)
        let name = "start with \(extent.rows.grouped) rows"
        report.limits += [
            .init(name: "\(name): ready after", value: server.secondsToReady * 1000, unit: "ms"),
            .init(name: "\(name): server CPU until it rests", value: usage.cpu / 1000, unit: "ms CPU"),
            .init(name: "\(name): resident at rest", value: usage.residentMiB, unit: "MiB"),
            .init(name: "\(name): resident at most", value: usage.peakMiB, unit: "MiB"),
            .init(name: "start with \(extent.fewRows.grouped) rows: resident at rest", value: basis.idleMiB, unit: "MiB"),
        ]
    }
}

extension Int {
    /// With a space between thousands.
    var grouped: String {
        var digits = Array(String(self))
        for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(" ", at: index) }
        return String(digits)
    }
}
