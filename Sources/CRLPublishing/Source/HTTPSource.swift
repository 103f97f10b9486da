import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The public listener of a CA. Every answer is bounded in size and time; redirects are not followed, since a CA sends none.
package struct HTTPSource: Sendable {
    private let address: SourceAddress
    private let client: HTTPClient
    private let limit: Duration
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - limit: for one whole answer, however slowly it trickles.
    ///   - clock: measures the limit.
    package init(address: SourceAddress, limit: Duration = .seconds(60), clock: any Clock<Duration>) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(15), write: .seconds(15))
        self.address = address
        self.limit = limit
        self.clock = clock
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The source as a publisher takes it.
    package var documents: DocumentSource {
        DocumentSource { path, entityTag, size throws(PublishingFailure) in
            try await get(path, entityTag: entityTag, size: size)
        }
    }

    /// Closes the connections; the source answers nothing afterwards.
    package func close() async throws {
        try await client.shutdown()
    }

    private func get(_ path: String, entityTag: String?, size: Int) async throws(PublishingFailure) -> SourceAnswer {
        let url = address.description + path
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "crl-publisher")
        if let entityTag { request.headers.add(name: "If-None-Match", value: entityTag) }
        do {
            return try await withDeadline { [request] in
                let response = try await client.execute(request, timeout: .seconds(15))
                switch response.status {
                case .ok:
                    let bytes = try await Self.octets(of: response, limit: size)
                    return .document(SourceDocument(bytes: bytes, entityTag: response.headers.first(name: "ETag")))
                case .notModified where entityTag != nil:
                    return .unchanged
                default:
                    throw PublishingFailure.unexpectedStatus(url: url, status: Int(response.status.code))
                }
            }
        } catch let failure as PublishingFailure {
            throw failure
        } catch is NIOTooManyBytesError {
            throw .tooLarge(url: url, limit: size)
        } catch {
            throw .unreachable(url: url, reason: reason(error))
        }
    }

    /// The body, gathered in the one array that it is kept in.
    private static func octets(of response: HTTPClientResponse, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        let announced = response.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        bytes.reserveCapacity(max(0, min(announced, limit)))
        for try await piece in response.body {
            guard bytes.count + piece.readableBytes <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
            bytes.append(contentsOf: piece.readableBytesView)
        }
        return bytes
    }

    private func withDeadline(
        _ operation: @escaping @Sendable () async throws -> SourceAnswer
    ) async throws -> SourceAnswer {
        try await withThrowingTaskGroup(of: SourceAnswer.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await clock.sleep(for: limit)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw HTTPClientError.cancelled }
            return answer
        }
    }

    /// One line, the same for the same failure.
    private func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: return error.shortDescription
        case let error as IOError: return unsafe String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            // Each address of a name is tried; the first one's failure says as much as all of them.
            return error.connectionErrors.first.map { reason($0.error) } ?? "the host's name cannot be resolved"
        default:
            let text = String(describing: error)
            guard !text.contains("CERTIFICATE_VERIFY_FAILED") else { return "its TLS certificate is not one that this machine trusts" }
            return "the connection broke (\(text.prefix(200)))"
        }
    }
}

/// The public address of a CA: `http://ca.example:8080`, without the slash at its end.
package struct SourceAddress: Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter text: an http or https URL with a host; a path is kept as a prefix, a query, fragment or user is refused.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), parts.scheme == "http" || parts.scheme == "https" else { return nil }
        guard let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil, parts.user == nil else { return nil }
        var address = text
        while address.hasSuffix("/") { address.removeLast() }
        description = address
    }
}
