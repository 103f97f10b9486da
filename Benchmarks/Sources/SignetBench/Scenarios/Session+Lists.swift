import Foundation

/// What the CRL of the seeded devices costs after one more revocation.
struct ListCosts {
    var entries = 0
    /// Size of the DER list.
    var octets = 0
    /// Microseconds of CPU for its SHA-256.
    var hash = 0.0
    /// Resident memory before, when the server had come to rest.
    var idleMiB = 0.0
    /// The most that was resident while a list was published.
    var peakMiB = 0.0
    /// Medians over some publications on an otherwise idle server. CPU in microseconds, time in milliseconds.
    var listCPU = 0.0
    var allCPU = 0.0
    var listMilliseconds = 0.0
    var allMilliseconds = 0.0
    /// Microseconds of signing at half the saturated rate, without publications and during them.
    var usualP99 = 0.0
    var meanwhileP99 = 0.0
}

extension Session {
    private var devicesList: String { server.data + "/published/devices.crl" }

    /// Waits until what was seeded is published, and the server rests.
    func awaitLists() throws {
        let entries = "SELECT coalesce(max(entry_count), 0) FROM crl WHERE issuer = 'devices'"
        for _ in 0..<1200 where try ledger.integer(entries) < rows { usleep(100_000) }
        guard try ledger.integer(entries) >= rows else { throw BenchmarkFailure.noAnswer("the seeded revocations were not published") }
        try awaitRest()
    }

    /// Publishes on an idle server, then while it signs.
    func measureLists() throws -> ListCosts {
        FileHandle.standardError.write(Data("  lists of \(rows) entries\n".utf8))
        let rounds = extent.quick ? 3 : 7
        var serials = try devices(rounds + 200)
        try awaitRest()
        var costs = ListCosts()
        costs.idleMiB = try ProcessUsage.of(server.id).residentMiB
        try ProcessUsage.forgetPeak(of: server.id)
        let revoker = Revoker(self, client: client)
        var publications: [Publication] = []
        for serial in serials.prefix(rounds) {
            publications.append(try revoker.revoke(serial))
            try awaitRest()
        }
        serials.removeFirst(rounds)
        costs.peakMiB = try ProcessUsage.of(server.id).peakMiB
        costs.listCPU = median(publications.map(\.listCPU))
        costs.allCPU = median(publications.map(\.allCPU))
        costs.listMilliseconds = median(publications.map { ($0.listed - $0.begin) / .milliseconds(1) })
        costs.allMilliseconds = median(publications.map { ($0.end - $0.begin) / .milliseconds(1) })
        try describeList(&costs)
        try measureSigningMeanwhile(&costs, revoking: serials)
        return costs
    }

    private func describeList(_ costs: inout ListCosts) throws {
        guard let list = FileManager.default.contents(atPath: devicesList) else { throw BenchmarkFailure.unreadable(devicesList) }
        costs.octets = list.count
        costs.hash = CryptographyLimits.sha256(of: Array(list))
        costs.entries = Int(try ledger.integer("SELECT max(entry_count) FROM crl WHERE issuer = 'devices'"))
    }

    private func measureSigningMeanwhile(_ costs: inout ListCosts, revoking serials: [String]) throws {
        let (rate, half) = try measureSaturation()
        costs.usualP99 = half.p99
        let beside = RevokingBeside(revoker: Revoker(self, client: LoadClient()), serials: serials)
        beside.start()
        let load = try signingLoad(lanes: extent.lanes, perSecond: rate, seconds: 2 * extent.seconds)
        let (_, notes) = try measure("sign while lists are made", load)
        let intervals = try beside.stop()
        let meanwhile = zip(notes.dues, notes.latencies).filter { due, _ in intervals.contains { $0.contains(due) } }.map(\.1)
        costs.meanwhileP99 = Percentiles(meanwhile)[0.99]
    }

    /// Waits until the server has used no CPU for a while.
    func awaitRest() throws {
        var (last, calm) = (-1.0, 0)
        for _ in 0..<1200 {
            let now = try ProcessUsage.cpu(of: server.id)
            calm = now == last ? calm + 1 : 0
            if calm >= 6 { return }
            last = now
            usleep(50_000)
        }
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
