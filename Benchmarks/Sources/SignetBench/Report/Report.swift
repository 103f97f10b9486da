/// One run: a line of the history.
struct Report: Codable {
    /// A figure that is no operation of the server.
    struct Limit: Codable {
        var name: String
        var value: Double
        var unit: String
    }

    /// What was measured divided by what it is held against.
    struct Ratio: Codable {
        var name: String
        var value: Double
        /// Not above this; nil where nothing was set.
        var target: Double?
    }

    /// RFC 3339.
    var at: String
    /// The revision of the sources.
    var revision: String
    var quick: Bool
    /// Connections of the loads that saturate the server.
    var lanes: Int
    /// Certificates issued between the passes.
    var growth: Int
    var machine: Machine
    var limits: [Limit]
    var operations: [Measurement]
    var ratios: [Ratio]
    /// What issue and documentation speak of, and this run did not measure.
    var missing: [String]
}

extension Report {
    /// The first measurement of an operation that was asked in this way.
    func first(_ operation: String, lanes: Int, style: Load.Style = .keepAlive, paced: Bool = false) -> Measurement? {
        operations.first {
            $0.operation == operation && $0.lanes == lanes && $0.style == style.rawValue && ($0.paced != nil) == paced
        }
    }
}
