import Foundation

/// One run from an empty folder to a report.
struct Run {
    /// The folder with `ca-server`.
    let programs: String
    /// A folder of the run's own, on the disk whose durability is to be measured.
    let folder: String
    let extent: Extent

    /// What is left for later, and said.
    static let missing = [
        "a ledger of 1 million certificates (there is no seeding command; --growth 1000000 issues them one by one)",
        "a CRL of a million entries", "step-ca and cfssl",
    ]

    /// Measures everything; `at` and `revision` are written into the report.
    func report(at: String, revision: String) throws -> Report {
        var report = Report(
            at: at, revision: revision, quick: extent.quick, lanes: extent.lanes, growth: extent.growth, machine: Machine.describe(),
            limits: [], operations: [], ratios: [], missing: Self.missing)
        let alone = try CryptographyLimits.measure(quick: extent.quick)
        let disk = try DiskLimit.measure(in: folder, quick: extent.quick)
        let client = LoadClient()
        let server = try start(client, initialized: false)
        defer { server.stop() }
        let session = try Session(server: server, client: client, extent: extent)
        let list = try measureOperations(session)
        report.operations = session.measurements
        // Right after the loads, so that whatever else the machine does weighs on both alike.
        let (busy, record) = try BusyCores.during { (try CryptographyLimits.measure(quick: extent.quick), try recordLimit(server)) }
        report.limits = limits(alone: alone, busy: busy, record)
        report.limits += try diskAndListLimits(disk, list)
        server.stop()
        report.limits += try restartLimits(client)
        report.ratios = Ratios(report: report, cryptography: busy, record: record, extent: extent).all()
        return report
    }

    private func start(_ client: LoadClient, initialized: Bool) throws -> ServerProcess {
        let program = programs + "/ca-server"
        guard FileManager.default.isExecutableFile(atPath: program) else { throw BenchmarkFailure.missingProgram(program) }
        let ports = try FreePorts.pair()
        if !initialized { try ServerProcess.initialize(program: program, data: folder + "/ca", publicPort: ports.plain) }
        return try ServerProcess(program: program, data: folder + "/ca", log: folder + "/server.log", ports: ports, client: client)
    }

    /// A first pass over everything, growth, and a second pass over what may depend on it; answers the octets of the last CRL.
    private func measureOperations(_ session: Session) throws -> [UInt8] {
        try session.seed(300)
        let services = try session.renewingServices()
        try session.measureConnections(as: services)
        try session.measureSigning()
        try session.measureEnrolling()
        try session.measureRenewing(services)
        try session.measureReading()
        try session.measureRevoking()
        try session.seed(extent.growth)
        try session.measureSigning(lanes: extent.lanes)
        try session.measureRenewing(services, styles: [.keepAlive])
        try session.measureReading()
        try session.measureRevoking()
        return try session.measureListDownload()
    }

    private func recordLimit(_ server: ServerProcess) throws -> RecordLimit {
        try RecordLimit.measure(ledger: server.data + "/ledger.sqlite", copy: folder + "/record.sqlite", quick: extent.quick)
    }

    private func limits(alone: CryptographyLimits, busy: CryptographyLimits, _ record: RecordLimit) -> [Report.Limit] {
        [
            .init(name: "P-256 verify, one thread alone", value: alone.verify, unit: "µs CPU"),
            .init(name: "P-256 sign, one thread alone", value: alone.sign, unit: "µs CPU"),
            .init(name: "P-256 verify, other cores busy", value: busy.verify, unit: "µs CPU"),
            .init(name: "P-256 sign, other cores busy", value: busy.sign, unit: "µs CPU"),
            .init(name: "verify + sign + verify, other cores busy", value: busy.certificate, unit: "µs CPU"),
            .init(name: "record a certificate, 32 a transaction, other cores busy", value: record.grouped, unit: "µs CPU"),
            .init(name: "record a certificate, alone, other cores busy", value: record.alone, unit: "µs CPU"),
        ]
    }

    private func diskAndListLimits(_ disk: DiskLimit, _ list: [UInt8]) throws -> [Report.Limit] {
        [
            .init(name: "P-384 verify", value: try CryptographyLimits.verifyP384(), unit: "µs CPU"),
            .init(name: "append 4 KiB + fdatasync, p50", value: disk.appendP50, unit: "µs"),
            .init(name: "append 4 KiB + fdatasync, p99", value: disk.appendP99, unit: "µs"),
            .init(name: "size of the CRL", value: Double(list.count), unit: "octets"),
            .init(name: "SHA-256 of the CRL", value: CryptographyLimits.sha256(of: list), unit: "µs CPU"),
        ]
    }

    private func restartLimits(_ client: LoadClient) throws -> [Report.Limit] {
        let server = try start(client, initialized: true)
        defer { server.stop() }
        return [
            .init(name: "restart with all that: ready after", value: server.secondsToReady * 1000, unit: "ms"),
            .init(name: "restart with all that: resident", value: try ProcessUsage.of(server.id).residentMiB, unit: "MiB"),
        ]
    }
}
