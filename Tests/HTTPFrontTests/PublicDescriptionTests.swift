import Authority
import HTTPTypes
import PKI
@testable import PublicServer
import Publication
import ServerKit
import TestKit
import Testing

@Suite struct `The paths of the public listener` {
    private static let resources: [PublishedResource] = [
        .revocationList(issuer: "devices"), .revocationListPEM(issuer: "devices"), .bundle, .index, .certificate(issuer: "devices"), .root,
    ]

    /// As `docs/api.yaml` writes it; whoever adds a resource is told here to describe it.
    private static func pattern(_ resource: PublishedResource) -> String {
        switch resource {
        case .revocationList: "/crl/{issuer}.crl"
        case .revocationListPEM: "/crl/{issuer}.crl.pem"
        case .bundle: "/crl/bundle.crl.pem"
        case .index: "/crl/index.json"
        case .certificate: "/ca/{issuer}.cer"
        case .root: "/ca/root.pem"
        }
    }

    @Test func `are those that docs/api.yaml describes`() throws {
        let described = try APIDescription.shipped().publicOperations
        #expect(Set(described.map(\.path)) == Set(Self.resources.map(Self.pattern)))
        #expect(described.allSatisfy { $0.method == "GET" })
    }

    @Test(arguments: resources) func `answer as it says`(_ resource: PublishedResource) async throws {
        let bench = try Bench()
        let publication = try Publication(bench)
        #expect(await publication.publisher.publishDue())
        try publication.files.write(bench.ca.devices.certificate.der, to: "devices.cer")
        try publication.files.write(bench.ca.root.certificate.pem, to: "root.pem")
        let server = InMemoryTransport(publishedResponder(directory: publication.files.path) { ThrowAwayCA.now })
        let description = try APIDescription.shipped()
        let pattern = Self.pattern(resource)
        let operation = try #require(description.operation("GET", pattern))
        let path = pattern.replacing("{issuer}", with: "devices")
        #expect(PublishedResource(path: path) == resource)

        let answer = try await server.send(Call(.get, path))
        #expect(answer.status == 200 && answer.contentType == resource.contentType)
        let file = try publication.files.read(resource.fileName)
        #expect(answer.body == file)
        #expect(description.faults(of: answer, to: operation) == [])
        let repeated = try await server.send(Call(.get, path).with("If-None-Match", answer.headers[.eTag] ?? ""))
        #expect(repeated.status == 304 && description.faults(of: repeated, to: operation) == [])
        let posted = try await server.send(Call(.post, path))
        #expect(posted.status == 405 && posted.headers[.allow] == "GET, HEAD" && operation.statuses.contains(405))
        try publication.files.remove(resource.fileName)
        let missing = try await server.send(Call(.get, path))
        #expect(missing.status == 404 && description.faults(of: missing, to: operation) == [])
    }
}
