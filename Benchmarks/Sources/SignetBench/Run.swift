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
        let machine = Machine.describe()
        let cryptography = try CryptographyLimits.measure(quick: extent.quick)
        let disk = try DiskLimit.measure(in: folder, quick: extent.quick)
        let client = LoadClient()
        var server = try start(client, initialized: false)
        defer { server.stop() }
        let session = try Session(server: server, client: client, extent: extent)
        let list = try measureOperations(session)
        let record = try RecordLimit.measure(
            ledger: server.data + "/ledger.sqlite", copy: folder + "/record.sqlite", quick: extent.quick)
        server.stop()
        server = try start(client, initialized: true)
        let hash = CryptographyLimits.sha256(of: list)
        var report = Report(
            at: at, revision: revision, quick: extent.quick, machine: machine, limits: [], operations: session.measurements, ratios: [],
            missing: Self.missing)
        report.limits = limits(cryptography, disk, record, list: (octets: list.count, hash: hash))
        report.limits.append(.init(name: "restart: ready after", value: server.secondsToReady * 1000, unit: "ms"))
        report.limits.append(.init(name: "restart: resident, idle", value: try ProcessUsage.of(server.id).residentMiB, unit: "MiB"))
        report.ratios = Ratios(report: report, cryptography: cryptography, record: record, extent: extent, hashOfList: hash).all()
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

    private func limits(
        _ cryptography: CryptographyLimits, _ disk: DiskLimit, _ record: RecordLimit, list: (octets: Int, hash: Double)
    ) -> [Report.Limit] {
        [
            .init(name: "P-256 verify", value: cryptography.verify, unit: "µs CPU"),
            .init(name: "P-256 sign", value: cryptography.sign, unit: "µs CPU"),
            .init(name: "verify + sign + verify", value: cryptography.certificate, unit: "µs CPU"),
            .init(name: "SHA-256 of the CRL", value: list.hash, unit: "µs CPU"),
            .init(name: "size of the CRL", value: Double(list.octets), unit: "octets"),
            .init(name: "append 4 KiB + fdatasync, p50", value: disk.appendP50, unit: "µs"),
            .init(name: "append 4 KiB + fdatasync, p99", value: disk.appendP99, unit: "µs"),
            .init(name: "record a certificate, 32 a transaction", value: record.grouped, unit: "µs CPU"),
            .init(name: "record a certificate, alone", value: record.alone, unit: "µs CPU"),
        ]
    }
}
