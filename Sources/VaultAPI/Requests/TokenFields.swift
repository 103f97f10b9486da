import HTTPFront
import HTTPTypes

extension RequestFields {
    /// Refuses what tokens here cannot be, where a caller who was not told would take them for it. Vault's defaults are harmless: its
    /// command line sends all of them.
    func checkTokenFields() throws {
        try refuse("id", remedy: "leave it out: a token's secret is made here, and answered once")
        try refuse("entity_alias", remedy: "leave it out: there are no entities")
        if try seconds("period") != nil {
            throw APIFailure(
                .badRequest, code: "field_not_supported",
                summary: "field 'period' is not supported: no token lives for ever by renewing itself",
                remedy: "leave it out, and say explicit_max_ttl for how long the token may be renewed")
        }
        let type = try string("type") ?? "service"
        guard ["service", "default", "default-service"].contains(type) else {
            throw APIFailure(
                .badRequest, code: "field_not_supported", summary: "there are no tokens of type '\(type.prefix(40))'",
                remedy: "use service, or leave the field out")
        }
        // There is no policy that tokens get unasked.
        _ = try bool("no_default_policy")
    }
}
