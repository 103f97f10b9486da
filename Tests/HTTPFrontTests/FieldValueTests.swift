import HTTPFront
import HTTPTypes
import Testing

@Suite struct FieldValueTests {
    @Test func `a field's value is what the library's subscript says, whether it came once, twice or not at all`() {
        var fields: HTTPFields = [.accept: "text/html", .userAgent: ""]
        fields[values: .via] = ["a", "b"]
        for name in [HTTPField.Name.accept, .userAgent, .via, .authorization] { #expect(fields.value(of: name) == fields[name]) }
        #expect(fields.value(of: .via) == "a, b")
    }
}
