import CRLPublishing
import Synchronization

/// A source that answers from a table, with entity tags, as a CA's public listener does.
final class SourceTable: Sendable {
    enum Answer: Sendable, Equatable {
        case document([UInt8])
        case status(Int)
        case unreachable
    }

    private struct State {
        var documents: [String: Answer] = [:]
        var isDown = false
        var transfers: [String] = []
    }

    private let state = Mutex(State())

    /// Whether every request fails.
    var isDown: Bool {
        get { state.withLock { $0.isDown } }
        set { state.withLock { $0.isDown = newValue } }
    }

    /// The paths of documents that were transferred, 304s excluded.
    var transfers: [String] { state.withLock { $0.transfers } }

    func forgetTransfers() { state.withLock { $0.transfers = [] } }

    subscript(path: String) -> Answer? {
        get { state.withLock { $0.documents[path] } }
        set { state.withLock { $0.documents[path] = newValue } }
    }

    /// What is served now, to be spoilt; nothing when the path has no document.
    func octets(_ path: String) -> [UInt8] {
        if case .document(let octets) = self[path] { octets } else { [] }
    }

    var documents: DocumentSource {
        DocumentSource { path, entityTag, limit throws(PublishingFailure) in
            try self.answer(path, entityTag: entityTag, limit: limit)
        }
    }

    private func answer(_ path: String, entityTag: String?, limit: Int) throws(PublishingFailure) -> SourceAnswer {
        if isDown { throw .unreachable(url: path, reason: "no connection") }
        switch self[path] {
        case .document(let octets):
            guard octets.count <= limit else { throw .tooLarge(url: path, limit: limit) }
            let tag = "\"\(octets.hashValue)\""
            if tag == entityTag { return .unchanged }
            state.withLock { $0.transfers.append(path) }
            return .document(SourceDocument(bytes: octets, entityTag: tag))
        case .status(let status): throw .unexpectedStatus(url: path, status: status)
        case .unreachable: throw .unreachable(url: path, reason: "no connection")
        case nil: throw .unexpectedStatus(url: path, status: 404)
        }
    }
}
