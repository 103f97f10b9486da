import Foundation
import PKI
import TestKit
import Testing

@testable import CertificateClient

struct ConnectionTests {
    @Test(arguments: ["https://ca.internal", "https://127.0.0.1:8443/", "https://[::1]:8443", "HTTPS://ca:1"])
    func `an https address is accepted`(_ text: String) throws {
        #expect(!(try ServerAddress(text).description.hasSuffix("/")))
    }

    @Test(arguments: [
        "", "ca.internal", "http://ca.internal", "https://", "https://ca/v1", "https://ca?x=1", "https://u:p@ca", "https://ca:0",
        "https://ca:99999",
        "https://ca bad",
    ])
    func `anything else is refused with the text that was given`(_ text: String) {
        #expect(throws: ClientError.invalidAddress(text)) { try ServerAddress(text) }
    }

    @Test(arguments: ["", "a b", "line\nbreak", "caf\u{e9}", "x\u{0}"])
    func `a secret that no header can carry is refused without being repeated`(_ text: String) {
        #expect(throws: ClientError.malformedCredential(source: "CA_TOKEN")) { try Secret(text, source: "CA_TOKEN") }
    }

    @Test func `a secret never shows`() throws {
        let secret = try Secret("s.abcdef", source: "a test")
        #expect("\(secret)" == "<redacted>")
        #expect("\(Credential.secret(secret))".contains("abcdef") == false)
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, true), (0o660, false), (0o604, false), (0o644, false)])
    func `a token file must be its owner's alone`(_ mode: Int, _ accepted: Bool) throws {
        let scratch = try TemporaryDirectory()
        let path = try scratch.write("  s.abc\n", to: "token")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        if accepted {
            #expect(try Credential.tokenFile(path).read().text == "s.abc")
        } else {
            #expect(throws: ClientError.file(path: path, problem: .exposed(mode: UInt32(mode)))) {
                try Credential.tokenFile(path).read()
            }
        }
    }

    @Test(arguments: [(0o600, 0o755, true), (0o644, 0o755, false), (0o644, 0o700, true), (0o644, 0o710, false)])
    func `a ticket file must be its owner's alone, or lie where nobody else comes`(_ mode: Int, _ folder: Int, _ accepted: Bool) throws {
        let scratch = try TemporaryDirectory()
        // Below the root of the file system, because the folder that tests share may be closed itself.
        let path = try scratch.write("s.abc\n", to: "folder/ticket")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        try FileManager.default.setAttributes([.posixPermissions: folder], ofItemAtPath: scratch.path("folder"))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        if accepted {
            #expect(try Credential.ticketFile(path).read().text == "s.abc")
        } else {
            #expect(throws: ClientError.file(path: path, problem: .exposed(mode: UInt32(mode)))) {
                try Credential.ticketFile(path).read()
            }
        }
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root can read what is another user's alone"),
        arguments: [(0o600, 4_242, false), (0o640, 4_242, false), (0o440, 0, true)])
    func `root takes no token or ticket of another user who has not shared it`(_ mode: Int, _ group: Int, _ accepted: Bool) throws {
        let scratch = try TemporaryDirectory()
        let path = try scratch.write("s.abc\n", to: "token")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        try FileManager.default.setAttributes(
            [.ownerAccountID: 4_242, .groupOwnerAccountID: group, .posixPermissions: mode], ofItemAtPath: path)
        for credential in [Credential.tokenFile(path), .ticketFile(path)] {
            if accepted {
                #expect(try credential.read().text == "s.abc")
            } else {
                let error = #expect(throws: ClientError.self) { try credential.read() }
                // The advice works.
                #expect(error?.remedy.hasPrefix("if it is meant for this program, chown root \(path)") == (group == 0 || mode == 0o600))
            }
        }
        try FileManager.default.setAttributes([.ownerAccountID: 0, .posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try Credential.tokenFile(path).read().text == "s.abc")
    }

    @Test func `a ticket may come through a pipe, whoever made it, as a shell hands it over`() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        defer { close(ends[0]) }
        if geteuid() == 0 { try #require(fchown(ends[0], 4_242, 4_242) == 0) }
        try #require(unsafe write(ends[1], "s.abc\n", 6) == 6)
        close(ends[1])
        #expect(try Credential.ticketFile("/dev/fd/\(ends[0])").read().text == "s.abc")
    }

    struct Pause: Sendable, CustomTestStringConvertible {
        let field: String
        let seconds: Int64?
        var testDescription: String { field.isEmpty ? "empty" : field }
    }

    static let pauses = [
        Pause(field: "7", seconds: 7), Pause(field: " 30 ", seconds: 30), Pause(field: "0", seconds: 0),
        Pause(field: "9223372036854775807", seconds: 86_400), Pause(field: "99999999999999999999999", seconds: 86_400),
        Pause(field: "-1", seconds: nil), Pause(field: "-9223372036854775808", seconds: nil), Pause(field: "1e9", seconds: nil),
        Pause(field: "", seconds: nil), Pause(field: "soon", seconds: nil),
        Pause(field: "Thu, 01 Jan 2026 00:01:00 GMT", seconds: 60), Pause(field: "Wed, 31 Dec 2025 23:59:00 GMT", seconds: 0),
        Pause(field: "Fri, 31 Dec 9999 23:59:59 GMT", seconds: 86_400),
    ]

    @Test(arguments: pauses) func `what a server asks us to wait is read within bounds`(_ row: Pause) {
        #expect(RetryAfter.seconds(row.field, now: AgentWorld.start) == row.seconds)
    }

    @Test(arguments: [Int64.min, -1, 0, 3_600, Int64.max]) func `no number of a server stops the agent or its pauses`(_ asked: Int64) {
        #expect((0...3_600).contains(Backoff.asked(asked, jitter: 0.9)))
        let pause = RetryPolicy.persistent.pause(
            after: .answered(status: 503, retryAfter: asked), attempt: 1, repeatable: true, jitter: 0.5)
        #expect(pause.map { $0 <= .seconds(60) && $0 > .zero } ?? true)
        var machine = RenewalMachine(mode: .forever, changePending: false)
        machine.attemptFailed(transient: true, retryAfter: asked, remaining: nil, jitter: 0.5)
        guard case .wait(let seconds) = machine.next(pair: nil, now: AgentWorld.start, jitter: 0.5) else {
            Issue.record("the machine does not wait")
            return
        }
        #expect((1...3_600).contains(seconds))
    }

    @Test func `only self-signed CA certificates become roots`() throws {
        let world = try TestPair()
        let anchors = try TrustAnchors(pem: world.ca.chainPEM, source: "chain.pem")
        #expect(anchors.roots == [world.ca.root.certificate])
        #expect(throws: ClientError.noRootCertificate(source: "x")) {
            try TrustAnchors(pem: world.ca.devices.certificate.pem, source: "x")
        }
        #expect(throws: ClientError.noRootCertificate(source: "x")) { try TrustAnchors(pem: "", source: "x") }
    }

    @Test func `a refusal tells the CA's words, summary and remedy apart`() {
        let body = #"{"errors":["no db.internal · remedy: ask for less","and more"],"code":"name_not_permitted","request_id":"r1"}"#
        let refusal = Refusal(APIAnswer(status: 400, retryAfter: nil, body: Array(body.utf8)))
        #expect(refusal.summary == "no db.internal; and more")
        #expect(refusal.remedy == "ask for less")
        #expect(refusal.code == "name_not_permitted")
        #expect(refusal.requestID == "r1")
        #expect(refusal.judgesRequest)
    }

    @Test(arguments: [#"{"errors":[]}"#, "", "<html>bad gateway</html>"])
    func `an error without words still has a summary and a remedy`(_ body: String) {
        for status in [403, 404, 502] {
            let error = ClientError.refused(Refusal(APIAnswer(status: status, retryAfter: nil, body: Array(body.utf8))))
            #expect(!error.summary.isEmpty)
            #expect(!error.remedy.isEmpty)
        }
    }

    @Test(arguments: [
        ("<html>", "it is not JSON"), (#"{"initialized":true}"#, "it lacks the field 'sealed'"),
        (#"{"initialized":true,"sealed":"no"}"#, "the field 'sealed' is not of the type that the API promises"),
        (#"{"initialized":true,"sealed":false,"version":null}"#, "the field 'version' is null"),
    ])
    func `an answer that does not fit is told by its field, without the decoder's words`(_ body: String, _ reason: String) {
        #expect(throws: ClientError.unexpectedAnswer(reason)) {
            let _: ServerHealth = try CertificateClient.decode(Array(body.utf8))
        }
    }

    @Test func `values of an audit query are escaped`() {
        let query = AuditQuery(items: [("action", nil), ("principal", "token:a b&c"), ("limit", "5")])
        #expect(query.text == "?principal=token%3Aa%20b%26c&limit=5")
        #expect(AuditQuery(items: [("action", nil)]).text.isEmpty)
    }
}
