import HTTPFront
import HTTPTypes
import NIOCore
import Testing

@testable import VaultAPI

@Suite struct RequestFieldsTests {
    private func fields(_ body: String) throws -> RequestFields { try RequestFields(ByteBuffer(string: body)) }

    @Test func `what nothing reads is warned of in Vault's words`() throws {
        let fields = try fields(#"{"ttl": "1h", "wish": 1, "csr": "", "another": null, "x\u001b": 2}"#)
        _ = try (fields.seconds("ttl"), fields.string("csr"), fields.string("absent"))
        #expect(fields.warnings == [#"Endpoint ignored these unrecognized parameters: [another wish x\u{1B}]"#])
    }

    @Test(arguments: ["", "{}", "null", " null ", #"{"ttl": "1h"}"#])
    func `what is read, and nothing, is not warned of`(body: String) throws {
        let fields = try fields(body)
        _ = try fields.seconds("ttl")
        #expect(fields.warnings.isEmpty)
    }

    @Test(arguments: [#""""#, "null", "false", "0", "[]", "{}"])
    func `a field that says nothing is not refused`(value: String) throws {
        try fields(#"{"field": \#(value)}"#).refuse("field", remedy: "leave it out")
    }

    @Test(arguments: [#""x""#, #""0""#, "true", "1", "-0.5", #"["x"]"#, #"{"x": 1}"#])
    func `a field that says something is refused by name`(value: String) throws {
        let failure = #expect(throws: APIFailure.self) { try fields(#"{"field": \#(value)}"#).refuse("field", remedy: "leave it out") }
        #expect(failure?.status == .badRequest && failure?.code == "field_not_supported")
        #expect(failure?.errors.first?.contains("'field'") == true)
    }

    @Test(arguments: [
        #"{"id": "mine"}"#, #"{"entity_alias": "me"}"#, #"{"period": "1h"}"#, #"{"period": 60}"#, #"{"type": "batch"}"#,
        #"{"type": "other"}"#,
    ])
    func `a token that cannot be what was asked for is refused`(body: String) throws {
        let failure = #expect(throws: APIFailure.self) { try fields(body).checkTokenFields() }
        #expect(failure?.code == "field_not_supported")
    }

    @Test func `what Vault's command line sends for a token is taken without a warning`() throws {
        let fields = try fields(#"{"id": "", "entity_alias": "", "period": "0s", "type": "service", "no_default_policy": true}"#)
        try fields.checkTokenFields()
        #expect(fields.warnings.isEmpty)
    }
}
