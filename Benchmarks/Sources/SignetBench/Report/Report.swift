/// One run: a line of the history.
struct Report: Codable {
    /// A figure that is no operation of the server.
    struct Limit: Codable {
        var name: String
        var value: Double
        var unit: String
    }

    /// What was measured divided by what it is held against: the less, the better.
    struct Ratio: Codable {
        var name: String
        var value: Double
        /// Not above this; nil where nothing was set.
        var target: Double?
        /// The least and the most of the rounds that `value` is the median of; nil of what was measured once.
        var range: [Double]?
    }

    /// RFC 3339.
    var at: String
    /// The revision of the sources.
    var revision: String
    var quick: Bool
    /// Connections of the loads that saturate the server.
    var lanes: Int
    /// Certificates in the larger ledger; nil of runs before there was seeding.
    var rows: Int?
    var machine: Machine
    var limits: [Limit]
    var operations: [Measurement]
    var ratios: [Ratio]
    /// What the ratios with a range are made of; nil of runs before ratios were.
    var rounds: [Round]?
    /// The same of the peers, by their names.
    var peerRounds: [String: [PeerRound]]?
    /// What issue and documentation speak of, and this run did not measure.
    var missing: [String]

    /// A report without figures.
    init(at: String, revision: String, extent: Extent, machine: Machine) {
        self.at = at
        self.revision = revision
        self.machine = machine
        quick = extent.quick
        lanes = extent.lanes
        rows = extent.rows
        (limits, operations, ratios) = ([], [], [])
        missing = Part.allCases.filter { !extent.parts.contains($0) }.map(\.rawValue)
        if extent.rows < 1_000_000 { missing.append("a ledger of a million rows (--rows 1000000)") }
    }
}

extension Report {
    /// The first measurement of an operation that was asked in this way.
    func first(_ operation: String, lanes: Int, style: Load.Style = .keepAlive, paced: Bool = false) -> Measurement? {
        operations.first {
            $0.operation == operation && $0.lanes == lanes && $0.style == style.rawValue && ($0.paced != nil) == paced
        }
    }

    /// Percent of the machine's CPU that others used while operations were measured, on average; nil when there were none.
    var others: Double? {
        let shares = operations.compactMap(\.others)
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }
}
