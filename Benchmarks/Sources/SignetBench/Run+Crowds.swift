/// Crowds of bad clients beside good ones.
extension Run {
    func measureCrowds() throws {
        let server = try start(rows: extent.fewRows)
        defer { server.stop() }
        let session = try Session(server: server, rows: extent.fewRows, client: client, extent: extent)
        try session.awaitLists()
        basis.crowds = try session.measureCrowds()
        report.operations += session.measurements
        if let idle = basis.crowds.first {
            report.limits.append(.init(name: "\(idle.title): resident memory each", value: idle.residentEach, unit: "KiB"))
        }
    }
}
