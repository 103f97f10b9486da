internal import APISchema
internal import AsyncHTTPClient
internal import Foundation
public import Logging
internal import NIOCore
public import PKI

/// A connection to the CA: enrols, renews, and asks on behalf of a person.
public struct CertificateClient: Sendable {
    /// As given to `withClient`.
    package let configuration: ClientConfiguration
    /// As given to `withClient`.
    package let surroundings: Surroundings
    /// Sends and repeats requests.
    let transport: Transport
    /// Hears of retries and of the CA's warnings.
    let logger: Logger

    /// Makes a client, hands it to the body and closes its connections afterwards.
    public static func withClient<Value: Sendable>(
        _ configuration: ClientConfiguration, surroundings: Surroundings, logger: Logger,
        _ body: (CertificateClient) async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: settings(configuration))
        let client = CertificateClient(configuration, http: http, surroundings: surroundings, logger: logger)
        let result: Result<Value, ClientError>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        do { try await http.shutdown() } catch { logger.debug("connections did not close cleanly", metadata: ["error": "\(error)"]) }
        return try result.get()
    }

    private init(_ configuration: ClientConfiguration, http: HTTPClient, surroundings: Surroundings, logger: Logger) {
        self.configuration = configuration
        self.surroundings = surroundings
        self.logger = logger
        transport = Transport(http: http, address: configuration.address, surroundings: surroundings, logger: logger)
    }

    /// No redirects: a credential goes to the address it was meant for and nowhere else.
    private static func settings(_ configuration: ClientConfiguration) -> HTTPClient.Configuration {
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(configuration.connectTimeout), read: .seconds(30)))
        settings.httpVersion = .http1Only
        settings.connectionPool.retryConnectionEstablishment = false
        return settings
    }

    /// Sends a request and reads the payload of Vault's envelope.
    func call<Payload: Codable & Sendable>(
        _ request: APIRequest, trust: TrustAnchors?, identity: ClientIdentity? = nil
    ) async throws(ClientError) -> Envelope<Payload> {
        guard let trust = trust ?? configuration.trust else { throw .trustMissing }
        let tls = try TLSSettings.verifying(trust: trust, identity: identity)
        let answer = try await transport.send(request, tls: tls)
        return try Self.decode(answer.body)
    }

    /// Sends a request that is answered without content.
    func command(_ request: APIRequest) async throws(ClientError) {
        guard let trust = configuration.trust else { throw .trustMissing }
        _ = try await transport.send(request, tls: try TLSSettings.verifying(trust: trust, identity: nil))
    }

    /// Like `call`, for answers that must carry data.
    func data<Payload: Codable & Sendable>(
        _ request: APIRequest, trust: TrustAnchors? = nil, identity: ClientIdentity? = nil
    ) async throws(ClientError) -> Payload {
        let envelope: Envelope<Payload> = try await call(request, trust: trust, identity: identity)
        for warning in envelope.warnings ?? [] { logger.warning("\(warning)") }
        guard let data = envelope.data else {
            throw .unexpectedAnswer("no data for \(request.path)\(envelope.warnings.map { ": \($0.joined(separator: "; "))" } ?? "")")
        }
        return data
    }

    /// Reads JSON; what does not fit is the server's fault.
    static func decode<Value: Decodable>(_ body: [UInt8]) throws(ClientError) -> Value {
        do { return try JSONDecoder().decode(Value.self, from: Data(body)) } catch {
            throw .unexpectedAnswer((error as? DecodingError)?.summary ?? "it is not JSON")
        }
    }
}

extension DecodingError {
    /// The field that does not fit, and not the decoder's state.
    fileprivate var summary: String {
        switch self {
        case .keyNotFound(let key, let context): "it lacks the field \(Self.name(context.codingPath + [key]))"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: "it is not JSON"
        case .dataCorrupted(let context): "the field \(Self.name(context.codingPath)) cannot be read"
        case .valueNotFound(_, let context): "the field \(Self.name(context.codingPath)) is null"
        case .typeMismatch(_, let context): "the field \(Self.name(context.codingPath)) is not of the type that the API promises"
        @unknown default: "it is not what the API promises"
        }
    }

    private static func name(_ path: [any CodingKey]) -> String {
        "'\(visible(path.map(\.stringValue).joined(separator: ".")))'"
    }
}

/// Everything a client needs to know about its CA.
public struct ClientConfiguration: Sendable {
    /// Where the CA's API listens.
    public var address: ServerAddress
    /// Nil: the root beside the certificate (`ca.pem` of a credential directory) is used.
    public var trust: TrustAnchors?
    /// A token or ticket; renewing needs none.
    public var credential: Credential?
    /// How long a connection may take to be made, in seconds.
    public var connectTimeout: Int64

    /// Nothing is read or connected yet.
    public init(address: ServerAddress, trust: TrustAnchors?, credential: Credential? = nil, connectTimeout: Int64 = 5) {
        self.address = address
        self.trust = trust
        self.credential = credential
        self.connectTimeout = connectTimeout
    }
}

/// Clock, calendar and random source of the client; replaceable, so that every wait can be tested.
public struct Surroundings: Sendable {
    /// Measures pauses; need not agree with the calendar.
    public var clock: any Clock<Duration>
    /// The calendar.
    public var now: @Sendable () -> UnixTime
    /// A number from 0 up to 1, different each time.
    public var jitter: @Sendable () -> Double

    /// A program's entry point makes this once, from the system's clock and generator.
    public init(clock: any Clock<Duration>, now: @escaping @Sendable () -> UnixTime, jitter: @escaping @Sendable () -> Double) {
        self.clock = clock
        self.now = now
        self.jitter = jitter
    }

    /// Pauses; ends early only when the task is cancelled.
    package func sleep(_ pause: Duration) async throws(ClientError) {
        do { try await clock.sleep(for: pause) } catch { throw .cancelled }
    }
}

/// Where the CA's API listens: `https://HOST[:PORT]`.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without a trailing slash.
    public let description: String

    /// - Parameter text: an https URL without path, query or user; plain http is refused because credentials travel.
    public init(_ text: String) throws(ClientError) {
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "https", let host = parts.host, !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil, parts.user == nil,
            (1...65535).contains(parts.port ?? 443)
        else { throw .invalidAddress(text) }
        description = text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
