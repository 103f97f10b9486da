package import PKI

/// Reasons why a certificate is refused. Each case carries the offending value; `remedy` says the next step.
package enum IssuanceRefusal: Coded, Sendable, Equatable {
    case unknownRole(String, known: [String])
    case csr(InvalidSigningRequest)
    case asksForCA
    case unknownCriticalExtensions([String])
    case keyNotPermitted(String, profile: String)
    case keyOfOurOwn
    case identityMissing(profile: String, what: String)
    case notAUUID(String)
    case organizationMissing(profile: String, permitted: [String])
    case organizationNotPermitted(String, profile: String, permitted: [String])
    case typeNotPermitted(String, profile: String)
    case nameNotPermitted(String, profile: String)
    /// A kind of name that a profile certifies none of.
    case nameNotCertified(String, profile: String, certified: String)
    case malformedHostName(HostNameFault)
    case malformedURI(String)
    case reservedName(String)
    case outsidePattern(String, pattern: String, source: String)
    case tooManyNames(Int, most: Int)
    case severalNames([String], source: String)
    case disagreement(String, said: String, decided: String, source: String)
    case severalValues(String, [String])
    case malformedText(String, String)
    /// The attribute, its text, and the character as `U+202E`.
    case invisibleCharacter(String, String, String)
    /// The ticket lists no such name beside its own.
    case nameNotListed(String, source: String)
    case ttlTooShort(Int64, minimum: Int64)
    case ttlNotPositive(Int64)
    /// The root has revoked the issuing CA: what it signs is good nowhere.
    case issuerRevoked(String)
    /// The issuing CA signs CRLs alone.
    case issuerRetired(String)
    case issuerEndsTooSoon(issuer: String, issuerNotAfter: UnixTime, notAfter: UnixTime)
    /// The clock says a time before the issuer's certificate begins.
    case issuerNotYetValid(issuer: String, issuerNotBefore: UnixTime, now: UnixTime)
    case issuerUnknown(String)

    /// Stable, snake_case.
    package var code: String {
        switch self {
        case .unknownRole: "unknown_role"
        case .csr: "bad_csr"
        case .asksForCA: "ca_not_permitted"
        case .unknownCriticalExtensions: "extension_not_permitted"
        case .keyNotPermitted: "key_not_permitted"
        case .keyOfOurOwn: "ca_key_reused"
        case .identityMissing: "identity_missing"
        case .notAUUID: "not_a_uuid"
        case .organizationMissing: "organization_missing"
        case .organizationNotPermitted: "organization_not_permitted"
        case .typeNotPermitted: "type_not_permitted"
        case .nameNotPermitted, .nameNotCertified, .outsidePattern, .severalNames, .nameNotListed: "name_not_permitted"
        case .reservedName: "reserved_name"
        case .disagreement: "names_disagree"
        case .severalValues: "several_values"
        case .tooManyNames: "too_many_names"
        case .malformedText, .malformedHostName, .malformedURI, .invisibleCharacter: "malformed_name"
        case .ttlTooShort, .ttlNotPositive: "ttl_too_short"
        case .issuerRevoked: "issuer_revoked"
        case .issuerRetired: "issuer_retired"
        case .issuerEndsTooSoon: "issuer_ends_too_soon"
        case .issuerNotYetValid: "issuer_not_yet_valid"
        case .issuerUnknown: "unknown_issuer"
        }
    }

    /// The fault in words, with the value.
    package var summary: String {
        switch self {
        case .unknownRole(let name, _): "unknown role: \(quoted(name))"
        case .csr(let error): error.summary
        case .asksForCA: "the CSR asks for a CA certificate (CA:TRUE or keyCertSign)"
        case .unknownCriticalExtensions(let oids):
            "the CSR asks for critical extensions that are not known here: \(oids.joined(separator: ", "))"
        case .keyNotPermitted(let key, let profile): "a key of type \(key) is not permitted by profile \(profile)"
        case .keyOfOurOwn: "the public key belongs to one of this CA's own keys"
        case .identityMissing(let profile, let what): "profile \(profile) needs \(what), and nobody names one"
        case .notAUUID(let text): "the common name \(quoted(text)) is not a UUID"
        case .organizationMissing(_, let permitted): "no organization is named, and there are several: \(permitted.joined(separator: ", "))"
        case .organizationNotPermitted(let name, let profile, _): "the organization \(quoted(name)) is not permitted by profile \(profile)"
        case .typeNotPermitted(let type, let profile): "the device type \(quoted(type)) is not permitted by profile \(profile)"
        case .nameNotPermitted(let name, let profile), .nameNotCertified(let name, let profile, _):
            "the name \(quoted(name)) is not permitted by profile \(profile)"
        case .malformedHostName(let fault): fault.summary
        case .malformedURI(let text): "\(quoted(text)) is no URI of at most 512 visible ASCII characters"
        case .reservedName(let name): "the name \(quoted(name)) belongs to this CA's own server"
        case .outsidePattern(let name, let pattern, let source):
            "the name \(quoted(name)) does not match \(source)'s pattern \(quoted(pattern))"
        case .disagreement(let what, let said, let decided, let source):
            "the \(what) \(quoted(said)) disagrees with \(source), which says \(quoted(decided))"
        case .severalNames(let names, let source):
            "\(source) is for a pattern and enrols one DNS name at a time, not \(names.map(quoted).joined(separator: ", "))"
        case .tooManyNames(let count, _): "\(count) alternative names are too many for one certificate"
        case .severalValues(let what, let values): "the CSR has several values for \(what): \(values.map(quoted).joined(separator: ", "))"
        case .malformedText(let what, let text):
            "the \(what) \(quoted(text)) is empty, longer than 64 characters, or begins or ends with a space"
        case .invisibleCharacter(let what, let text, let character):
            "the \(what) \(quoted(text)) has the character \(character), which nobody sees"
        case .nameNotListed(let name, let source): "\(source) does not list the name \(quoted(name))"
        case .ttlTooShort(let ttl, let minimum): "a ttl of \(ttl) s is too short: the least is \(minimum) s"
        case .ttlNotPositive(let ttl): "a ttl of \(ttl) s is not positive"
        case .issuerRevoked(let issuer): "the issuing CA \(quoted(issuer)) is revoked"
        case .issuerRetired(let issuer): "the issuing CA \(quoted(issuer)) is retired and issues nothing"
        case .issuerEndsTooSoon(let issuer, let end, let notAfter):
            "the certificate would end at \(notAfter), after its issuer \(issuer) (\(end))"
        case .issuerNotYetValid(let issuer, let start, let now):
            "the issuer \(issuer) begins at \(start), and the CA's clock says \(now)"
        case .issuerUnknown(let name): "there is no issuer \(quoted(name))"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .unknownRole(_, let known): "use one of \(known.joined(separator: ", ")), or add policies/profiles/NAME.yaml"
        case .csr(let error): error.remedy
        case .asksForCA: "ask for a leaf: leave basicConstraints and keyCertSign out of the CSR"
        case .unknownCriticalExtensions: "leave them out of the CSR, or mark them non-critical"
        case .keyNotPermitted(_, let profile): "use a key type that the profile permits, or add it to policies/profiles/\(profile).yaml"
        case .keyOfOurOwn: "make a new key for this certificate"
        case .identityMissing: "put it into the CSR's subject, or into the request"
        case .notAUUID: "use a UUID such as 6b0f8a3e-1c52-4a8e-9d0c-2f1f5f6f7a10"
        case .organizationMissing: "name one in the CSR's subject (O), the request or the ticket"
        case .organizationNotPermitted(_, let profile, let permitted):
            "use one of \(permitted.map(quoted).joined(separator: ", ")), or add it to config.yaml (organizations) or policies/profiles/\(profile).yaml"
        case .typeNotPermitted(_, let profile): "use a type the profile permits, or add it to policies/profiles/\(profile).yaml"
        case .nameNotPermitted(_, let profile): "ask for a name the profile permits, or add it to policies/profiles/\(profile).yaml"
        case .nameNotCertified(_, let profile, let certified): "leave it out: profile \(profile) certifies \(certified)"
        case .malformedHostName(let fault): fault.remedy
        case .malformedURI: "write a scheme, a colon and the rest, other characters percent-encoded (RFC 3986)"
        case .reservedName: "use another name: the CA's host names are never issued to anyone else"
        case .outsidePattern, .disagreement: "say the same, or leave it out"
        case .severalNames: "ask for one name, or for a ticket for exactly this service (ca-client ticket create --id …)"
        case .tooManyNames(_, let most): "ask for at most \(most), or for several certificates"
        case .severalValues: "keep one"
        case .malformedText: "use 1 to 64 printable characters"
        case .invisibleCharacter: "write it without: letters, digits, marks and plain spaces"
        case .nameNotListed: "leave it out, or ask for a ticket that lists it (ca-client ticket create --dns … --ip … --uri …)"
        case .ttlTooShort(_, let minimum): "ask for at least \(minimum) s, or leave ttl out"
        case .ttlNotPositive: "ask for a positive ttl, or leave it out"
        case .issuerRevoked: "tell the CA's administrator: a new CA is needed (GET /v1/sys/health shows the alarm ca_revoked)"
        case .issuerRetired: "tell the CA's administrator: the profile's issuer_ref must name the successor"
        case .issuerEndsTooSoon: "tell the CA's administrator: the issuing CA must be replaced before it ends"
        case .issuerNotYetValid: "tell the CA's administrator: the clock of the CA is wrong"
        case .issuerUnknown: "ask for the list of issuers, and name one of them"
        }
    }

    /// A value in quotes, invisible characters escaped, at most 80 characters: text of a peer never breaks a log line.
    private func quoted(_ text: String) -> String {
        let shown = visible(String(text.unicodeScalars.prefix(80)))
        return "'\(shown)\(text.unicodeScalars.count > 80 ? "…" : "")'"
    }
}
