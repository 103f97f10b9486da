/// Signing at an even pace, alone and beside those who only take up room.
extension Session {
    /// What a crowd cost those who wanted a certificate meanwhile.
    struct CrowdCost {
        /// How the tables call the crowd.
        let title: String
        let alone: Measurement
        let beside: Measurement
        /// KiB of resident memory for each of the crowd.
        let residentEach: Double
    }

    /// Each crowd after a quiet time of its own: what the server did before must not count.
    func measureCrowds() throws -> [CrowdCost] {
        try Crowd.Kind.allCases.map { kind in
            let count = extent.crowd(kind)
            let title = kind.title(count)
            let alone = try measureEvenly("sign, nobody beside, before \(title)")
            let before = try ProcessUsage.of(server.id).residentMiB
            let crowd = try Crowd(kind, of: count, at: server)
            defer { crowd.disperse() }
            let resident = try ProcessUsage.of(server.id).residentMiB - before
            let beside = try measureEvenly("sign beside \(title)")
            return CrowdCost(title: title, alone: alone, beside: beside, residentEach: max(0, resident) * 1024 / Double(count))
        }
    }

    private func measureEvenly(_ operation: String) throws -> Measurement {
        let load = try signingLoad(lanes: extent.evenLanes, perSecond: extent.evenRate, seconds: extent.seconds * 4)
        return try measure(operation, load).measurement
    }
}
