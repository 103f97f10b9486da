package import HTTPFront
import HTTPTypes
import HummingbirdCore
package import Logging
import NIOCore
package import PKI
package import ServiceLifecycle

/// Answers the public listener's requests from the files of a published directory.
struct PublishedResponder: Responder {
    /// The longest a cache may keep a CRL: a revocation is to be seen long before the CRL runs out.
    private static let longestLife: Int64 = 60
    /// Certificates of CAs hardly ever change.
    private static let certificateLife: Int64 = 3600

    private let files: PublishedFiles
    private let lives: CRLExpiryIndex
    private let now: @Sendable () -> UnixTime

    init(directory: String, now: @escaping @Sendable () -> UnixTime) {
        files = PublishedFiles(directory: directory)
        lives = CRLExpiryIndex(files: files)
        self.now = now
    }

    func respond(to request: Request, from source: RequestSource) async throws -> Response {
        let response = answer(to: request, from: source)
        source.logger.debug(
            "public request",
            metadata: [
                LogKey.requestID: .string(source.requestID), LogKey.method: .string(request.method.rawValue),
                LogKey.status: .stringConvertible(response.status.code),
                LogKey.address: .string(source.connection.remoteAddress),
            ])
        return response
    }

    private func answer(to request: Request, from source: RequestSource) -> Response {
        guard let resource = PublishedResource(path: request.uri.path) else { return .plain(.notFound) }
        guard request.method == .get || request.method == .head else {
            return .plain(.methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        do {
            guard let file = try files.file(named: resource.fileName) else { return .plain(.notFound) }
            let life = try remainingLife(of: resource, file: file)
            return .document(
                file.body, contentType: resource.contentType, entityTag: file.entityTag, cacheControl: "max-age=\(life)", to: request)
        } catch {
            source.logger.error(
                "published file unreadable",
                metadata: [LogKey.requestID: .string(source.requestID), LogKey.error: .string("\(error)")])
            return .plain(.serviceUnavailable)
        }
    }

    /// Seconds that a cache may keep the answer, never longer than the CRL is good for.
    private func remainingLife(of resource: PublishedResource, file: PublishedFile) throws(UnreadableFile) -> Int64 {
        switch resource {
        case .certificate, .root: return Self.certificateLife
        case .index: return 0
        case .revocationList(let issuer):
            // While a publication is under way the index may speak of the next CRL already.
            return remaining(try lives.issuer(issuer, of: file).map { [$0] } ?? [])
        case .revocationListPEM(let issuer): return remaining(try lives.issuers().filter { $0.name == issuer })
        case .bundle: return remaining(try lives.issuers())
        }
    }

    private func remaining(_ issuers: [CRLExpiryIndex.Issuer]) -> Int64 {
        guard let nextUpdate = issuers.map(\.nextUpdate).min() else { return 0 }
        return min(max(nextUpdate - now(), 0), Self.longestLife)
    }
}

/// Answers with the files below `directory`, by the table of paths of the public listener.
package func publishedResponder(
    directory: String, now: @escaping @Sendable () -> UnixTime
) -> some Responder {
    PublishedResponder(directory: directory, now: now)
}

/// The public listener: plain HTTP for CRLs and issuer certificates, which are signed and public.
///
/// With port 0, `onBound` tells the port that the system chose.
package func makeRevocationListener(
    address: ListenAddress, directory: String, environment: ListenerEnvironment, limits: ConnectionLimits = ConnectionLimits(),
    logger: Logger, onBound: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> some Service {
    HTTPListener(
        address: address, tls: nil, limits: limits,
        responder: publishedResponder(directory: directory, now: environment.now),
        environment: environment, logger: logger, onBound: onBound)
}
