/// How much a run may take.
struct Extent {
    /// More certificates in a second than any server here answers.
    static let mostPerSecond = 4000.0

    /// Seconds for each measurement.
    let seconds: Double
    /// Lanes of the loads that saturate the server.
    let lanes: Int
    /// Certificates in the larger ledger, all of them revoked.
    let rows: Int
    let quick: Bool
    let parts: Set<Part>

    /// How often what ratios are made of is measured, the one right after the other.
    var rounds: Int { quick ? 1 : 7 }
    /// Seconds for each measurement of a round.
    var roundSeconds: Double { quick ? 0.5 : 1 }
    /// Lanes of loads with a handshake for each request, which costs the client more than the server.
    var handshakeLanes: Int { min(lanes, 8) }
    /// How many requests are made ready for one measurement: more than a server answers in its time.
    var prepared: Int { Int(seconds * Self.mostPerSecond) }
    /// Services that renew in one measurement, each on a connection of its own.
    var renewals: Int { quick ? 128 : 800 }
    /// Certificates in the smaller ledger, all of them revoked.
    var fewRows: Int { quick ? 1_000 : 10_000 }
    /// A load far below what saturates the server: its latencies are those of somebody who just wants a certificate.
    var evenLanes: Int { 4 }
    /// Requests per second of that load.
    var evenRate: Double { 100 }

    /// How many there are in a crowd.
    func crowd(_ kind: Crowd.Kind) -> Int {
        switch kind {
        case .idle: quick ? 500 : 5_000
        case .head: quick ? 50 : 500
        case .storm: quick ? 4 : 32
        }
    }
}

/// What can be measured by itself. The limits always are.
enum Part: String, CaseIterable {
    /// Empty requests and handshakes.
    case connections
    /// What the API does, on the smaller ledger.
    case operations
    /// The same on the larger ledger, and a start with it.
    case rows
    /// The CRL of all that is revoked in the larger ledger.
    case lists
    /// Signing beside idle, slow and hasty connections, on the smaller ledger.
    case crowds
    /// step-ca and cfssl under the same load.
    case peers
}
