import Foundation

/// Clients that only take up room, in a process of their own: `Tests/Foreign/crowd.py`.
final class Crowd {
    /// What each of them does.
    enum Kind: String, CaseIterable {
        /// Asks twice a minute over the connection it keeps.
        case idle
        /// Sends the head of a request, an octet a second.
        case head
        /// Connects, asks once and leaves, again and again.
        case storm

        /// How the tables call so many of them.
        func title(_ count: Int) -> String {
            switch self {
            case .idle: "\(count.grouped) idle connections"
            case .head: "\(count.grouped) that send an octet a second"
            case .storm: "a storm of handshakes from \(count.grouped)"
            }
        }
    }

    private static let program = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Tests/Foreign/crowd.py").path

    private let child: ChildProcess

    /// Starts it and waits until each of them has begun.
    init(_ kind: Kind, of count: Int, at server: ServerProcess) throws {
        let log = server.data + "-\(kind.rawValue).log"
        child = try ChildProcess(
            program: "/usr/bin/python3",
            arguments: [
                Self.program, String(server.port), server.data + "/root.pem", kind.rawValue, String(count), server.data + "-leave",
            ],
            log: log
        ) {
            FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self).contains("ready") } ?? false
        }
    }

    /// Sends it away.
    func disperse() { child.stop() }
}
