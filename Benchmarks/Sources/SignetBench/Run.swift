import Foundation

/// One run from an empty folder to a report.
final class Run {
    /// The folder with `ca-server` and `LedgerSeeder`.
    let programs: String
    /// A folder of the run's own, on the disk whose durability is to be measured.
    let folder: String
    let extent: Extent
    let client = LoadClient()
    /// Programs of peers, made by `Benchmarks/Peers/prepare`.
    let peers: String
    var report: Report
    /// What ratios are made of besides the operations.
    var basis = Ratios.Basis()

    private let seeded: SeededLedgers

    /// - Parameters:
    ///   - seeded: where filled ledgers are kept between runs.
    ///   - at: written into the report, like `revision`.
    init(programs: String, folder: String, seeded: String, peers: String, extent: Extent, at: String, revision: String) {
        self.programs = programs
        self.folder = folder
        self.extent = extent
        self.peers = peers
        self.seeded = SeededLedgers(programs: programs, folder: seeded)
        report = Report(at: at, revision: revision, extent: extent, machine: Machine.describe())
    }

    /// Measures what was asked for.
    func measure() throws -> Report {
        let alone = try CryptographyLimits.measure(quick: extent.quick)
        let disk = try DiskLimit.measure(in: folder, quick: extent.quick)
        try measureFewRows(alone: alone)
        report.limits += [
            .init(name: "P-384 verify", value: try CryptographyLimits.verifyP384(), unit: "µs CPU"),
            .init(name: "append 4 KiB + fdatasync, p50", value: disk.appendP50, unit: "µs"),
            .init(name: "append 4 KiB + fdatasync, p99", value: disk.appendP99, unit: "µs"),
        ]
        if !extent.parts.isDisjoint(with: [.rows, .lists]) { try measureManyRows() }
        if extent.parts.contains(.crowds) { try measureCrowds() }
        if extent.parts.contains(.peers) { try measurePeers() }
        (report.rounds, report.peerRounds) = (basis.rounds, basis.peers)
        report.ratios = Ratios(report: report, basis: basis, extent: extent).all()
        return report
    }

    /// A server on a copy of a filled ledger.
    func start(rows: Int) throws -> ServerProcess {
        let data = folder + "/ca-\(rows)"
        if !FileManager.default.fileExists(atPath: data) { try seeded.copy(rows: rows, to: data) }
        return try ServerProcess(program: programs + "/ca-server", data: data, client: client)
    }

    /// The smaller ledger: every operation, and the limits right after, so that whatever else the machine does weighs on both alike.
    private func measureFewRows(alone: CryptographyLimits) throws {
        let server = try start(rows: extent.fewRows)
        defer { server.stop() }
        let session = try Session(server: server, rows: extent.fewRows, client: client, extent: extent)
        try session.awaitLists()
        basis.idleMiB = try ProcessUsage.of(server.id).residentMiB
        if extent.parts.contains(.connections) || extent.parts.contains(.operations) { try measure(session) }
        report.operations += session.measurements
        let ledger = try RecordLedger(copying: server.data + "/ledger.sqlite", to: folder + "/record.sqlite")
        let (busy, record) = try BusyCores.during {
            (try CryptographyLimits.measure(quick: extent.quick), try ledger.limit(quick: extent.quick))
        }
        if extent.parts.isSuperset(of: [.connections, .operations]) {
            basis.rounds = try session.measureRounds(session.renewingServices(extent.lanes)) {
                try BusyCores.during { (try CryptographyLimits.measure(quick: true), try ledger.limit(quick: true)) }
            }
        }
        report.limits += [
            .init(name: "P-256 verify, one thread alone", value: alone.verify, unit: "µs CPU"),
            .init(name: "P-256 sign, one thread alone", value: alone.sign, unit: "µs CPU"),
            .init(name: "P-256 verify, other cores busy", value: busy.verify, unit: "µs CPU"),
            .init(name: "P-256 sign, other cores busy", value: busy.sign, unit: "µs CPU"),
            .init(name: "verify + sign + verify, other cores busy", value: busy.certificate, unit: "µs CPU"),
            .init(name: "record a certificate, 32 a transaction, other cores busy", value: record.grouped, unit: "µs CPU"),
            .init(name: "record a certificate, alone, other cores busy", value: record.alone, unit: "µs CPU"),
        ]
    }

    private func measure(_ session: Session) throws {
        if extent.parts.contains(.connections) { try session.measureConnections(as: session.renewingServices(extent.lanes)) }
        guard extent.parts.contains(.operations) else { return }
        try session.measureSigning()
        try session.measureEnrolling()
        try session.measureRenewing()
        try session.measureReading()
        try session.measureRevoking()
        try session.measureListDownload()
    }
}
