import Authority
import Foundation
import HTTPFront
import HTTPTypes
import Ledger
import PKI
import ServerKit
import TestKit
import Testing
import VaultAPI

@Suite(.timeLimit(.minutes(5))) struct `Every endpoint of Vault's API` {
    private func walk(_ deployment: Deployment) throws -> Walk {
        Walk(
            try Router(deployment.api.routes()), description: try .shipped(mount: deployment.mount), stranger: deployment.stranger,
            bodyLimit: Deployment.bodyLimit,
            examples: deployment.examples)
    }

    @Test func `is described with its methods, and nothing else is, and has an example`() async throws {
        let walk = try await walk(Deployment())
        let faults = walk.faultsOfDescription(below: "/v1/") + walk.faultsOfExamples
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test func `answers as described when it is called directly`() async throws {
        let deployment = try await Deployment()
        let faults = try await walk(deployment).faults(over: deployment.transport(), Walk.Case.ordinary)
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test func `is the same below another mount`() async throws {
        let deployment = try await Deployment(mount: "pki_iot")
        let walk = try walk(deployment)
        let faults =
            walk.faultsOfDescription(below: "/v1/") + walk.faultsOfExamples
            + (try await walk.faults(over: deployment.transport(), [.success, .otherMethod]))
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test func `answers as described over TLS`() async throws {
        let deployment = try await Deployment()
        try await LoopbackTransport.running(Router(deployment.api.routes())) { transport in
            let faults = try await walk(deployment).faults(over: transport, Walk.Case.ordinary)
            #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        }
    }

    @Test func `is busy when the bodies of others leave no room, and says so`() async throws {
        let deployment = try await Deployment()
        let faults = try await walk(deployment).faults(over: deployment.transport(bodies: 0), [.bodyWithoutRoom])
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test func `is unavailable when the ledger is, and says so`() async throws {
        let deployment = try await Deployment(onDisk: true)
        let faults = try await walk(deployment).faults(over: deployment.transport(), [.success], isLedgerGone: true) {
            await deployment.bench.closeLedger()
        }
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        let read = try await deployment.transport().send(Call(.get, "/v1/pki/cert/01:02"))
        #expect(read.status == 503 && read.code == "unavailable")
    }

    @Test func `has its codes in the table of the documentation`() async throws {
        let text = try String(contentsOf: URL(filePath: #filePath).appending(path: "../../../docs/api.md").standardized, encoding: .utf8)
        let deployment = try await Deployment()
        let codes = try await walk(deployment).codes(over: deployment.transport())
        #expect(!codes.isEmpty && codes.filter { !text.contains("`\($0)`") }.isEmpty, "\(codes)")
    }

    @Test func `refuses a credential that it has refused for one reason again and again, as described`() async throws {
        let deployment = try await Deployment()
        let ticket = try await deployment.bench.ticket(.identity(uuid(1)))
        try await deployment.bench.sign(
            .init(role: "device", csr: makeRequest(uuid(1))), as: deployment.bench.principal(token: ticket))
        let operation = try #require(try APIDescription.shipped().operation("POST", "/v1/pki/sign/{role}"))
        let call = Call(.post, "/v1/pki/sign/device", body: #"{"csr": "\#(try escapedRequest(uuid(1)))"}"#.utf8)
            .with("X-Vault-Token", ticket)
        var last: Answer?
        for _ in 0...61 { last = try await deployment.transport().send(call) }
        let answer = try #require(last)
        #expect(answer.status == 429 && answer.code == "too_many_refusals" && answer.headers[.retryAfter] == "60")
        #expect(try APIDescription.shipped().faults(of: answer, to: operation) == [])
    }
}

@Suite struct `A certificate that is asked for` {
    private func signed(_ deployment: Deployment, _ fields: String) async throws -> Tree? {
        let csr = try escapedRequest(uuid(deployment.next()), organization: "Example")
        let call = try await deployment.asked(.post, "/v1/pki/sign/device", #"{"csr": "\#(csr)", \#(fields)}"#)
        return try await deployment.transport().send(call).document["data"]
    }

    @Test func `as DER comes as base64 that OpenSSL reads`() async throws {
        let deployment = try await Deployment()
        let data = try await signed(deployment, #""format": "der""#)
        let issuing = deployment.bench.ca.devices.certificate.der
        for (name, der) in [("certificate", nil), ("issuing_ca", issuing)] as [(String, [UInt8]?)] {
            let octets = Array(try #require(Data(base64Encoded: data?[name]?.text ?? "")))
            let text = try openssl("x509", "-inform", "DER", "-outform", "DER", input: octets).standardOutput
            #expect(text == der ?? octets)
        }
    }

    @Test func `as a bundle comes with its key before it and its issuing CA behind it`() async throws {
        let deployment = try await Deployment()
        let call = try await deployment.asked(
            .post, "/v1/pki/issue/service", #"{"common_name": "bundle.internal", "format": "pem_bundle"}"#)
        let bundle = try await deployment.transport().send(call).document["data"]?["certificate"]?.text ?? ""
        let blocks = bundle.split(separator: "-----BEGIN ").map { "-----BEGIN \($0)" }
        try #require(blocks.count == 3)
        let key = try openssl("pkey", "-pubout", input: Array(blocks[0].utf8)).stdout
        #expect(try openssl("x509", "-noout", "-pubkey", input: Array(blocks[1].utf8)).stdout == key)
        let issuing = try openssl("x509", "-outform", "DER", input: Array(blocks[2].utf8)).standardOutput
        #expect(issuing == deployment.bench.ca.services.certificate.der)
    }
}
