extension LedgerEngine {
    package func register(receivers names: Set<String>, audit: AuditEvent) async throws(LedgerError) {
        try await write { ledger in
            var positions = try ledger.receivers()
            guard Set(positions.keys) != names else { return }
            for gone in positions.keys where !names.contains(gone) {
                try ledger.deleteReceiver(gone)
                positions[gone] = nil
            }
            let last = try ledger.lastEvent()
            for new in names where positions[new] == nil {
                try ledger.setReceiver(new, delivered: last)
                positions[new] = last
            }
            try ledger.forgetEvents(deliveredTo: positions)
            try ledger.audit(audit, adding: [(AuditFact.receivers, names.sorted().joined(separator: " "))])
        }
    }

    package func events(for receiver: String, limit: Int) async throws(LedgerError) -> [OutboxEvent] {
        try read { rows in
            try rows.events(after: rows.delivered(to: receiver), limit: limit)
        }
    }

    package func noteDelivery(through id: Int64, to receiver: String) async throws(LedgerError) {
        try await write { ledger in
            var positions = try ledger.receivers()
            guard try id > ledger.delivered(to: receiver) else { return }
            guard try id <= ledger.lastEvent() else { throw LedgerError.corrupt("there is no event \(id) that \(receiver) can have") }
            positions[receiver] = id
            try ledger.setReceiver(receiver, delivered: id)
            try ledger.forgetEvents(deliveredTo: positions)
        }
    }

    package func eventSignals() -> AsyncStream<Void> { eventSignal.stream() }
}

extension LedgerRows {
    /// The last event that a receiver has.
    fileprivate func delivered(to receiver: String) throws -> Int64 {
        guard let id = try receivers()[receiver] else { throw LedgerError.corrupt("no receiver of events is registered as \(receiver)") }
        return id
    }
}

extension LedgerTransaction {
    /// Deletes the events that every receiver has.
    fileprivate func forgetEvents(deliveredTo positions: [String: Int64]) throws {
        if let last = positions.values.min() { try deleteEvents(through: last) }
    }
}
