internal import Crypto
import PKI
package import PolicyFiles

extension CertificateProfile {
    /// Reads a profile file.
    /// - Parameters:
    ///   - file: its path; the name without `.yaml` is the role's name.
    ///   - lists: the values of `$organizations` and `$service_domains`.
    ///   - issuers: the issuing CAs by name.
    ///   - faults: collects the faults of fields; nil: the first fault is thrown.
    package convenience init(
        text: String, file: String, lists: [String: [String]], issuers: [String: IssuerState], collecting faults: PolicyFaults? = nil
    ) throws(PolicyFileError) {
        var fields = try PolicyMapping(text: text, file: file, collecting: faults)
        let name = try Self.roleName(of: file, fields)
        let version = hexadecimal(SHA256.hash(data: Array(text.utf8)))
        let issuerRef = try Self.issuerRef(&fields, issuers)
        let reserved = try fields.optionalBool("reserved") ?? false
        let ttl = try fields.duration("ttl", in: 600...(10 * 365 * 86_400))
        let notBeforeDuration = try fields.duration("not_before_duration", in: 0...86_400)
        if notBeforeDuration + 600 > ttl, fields.isSound("ttl") {
            try fields.refuse(
                fields.fault(
                    "not_before_duration", "leaves less than 10 minutes of the ttl", remedy: "make it shorter, or the ttl longer"))
        }
        let keys = try Self.keyRules(&fields)
        let keyUsage = Set(try fields.anyOf("key_usage", KeyUsageBit.allCases.map(\.rawValue)).compactMap(KeyUsageBit.init(rawValue:)))
        if !keyUsage.contains(.digitalSignature), fields.isSound("key_usage") {
            try fields.refuse(fields.fault("key_usage", "TLS needs DigitalSignature", remedy: "add DigitalSignature"))
        }
        let serverFlag = try fields.bool("server_flag")
        let clientFlag = try fields.bool("client_flag")
        if !serverFlag, !clientFlag, fields.isSound("server_flag") {
            try fields.refuse(
                fields.fault("client_flag", "neither server_flag nor client_flag is true", remedy: "set at least one of them"))
        }
        let renewal = try Self.renewalRules(&fields, ttl: ttl)
        let naming = try Self.naming(&fields, lists)
        try fields.finish()
        self.init(
            name: name, version: version, issuerRef: issuerRef, reserved: reserved, ttl: ttl, notBeforeDuration: notBeforeDuration,
            naming: naming, keys: keys, keyUsage: keyUsage, serverFlag: serverFlag, clientFlag: clientFlag, renewal: renewal)
    }

    private static func roleName(of file: String, _ fields: PolicyMapping) throws(PolicyFileError) -> String {
        let base = file.split(separator: "/").last.map(String.init) ?? file
        let name = base.hasSuffix(".yaml") ? String(base.dropLast(5)) : base
        let isName =
            !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-_".utf8.contains($0) }
        guard isName else {
            throw PolicyFileError(
                file: file, line: nil, field: nil, problem: "the file's name is the role's name and may not be '\(name)'",
                remedy: "use lower-case letters, digits, - and _")
        }
        return name
    }

    private static func issuerRef(_ fields: inout PolicyMapping, _ issuers: [String: IssuerState]) throws(PolicyFileError) -> String {
        let name = try fields.string("issuer_ref")
        let issuing = issuers.filter { $0.value == .issuing }.keys.sorted().joined(separator: ", ")
        switch issuers[name] {
        case .issuing: break
        case .retired:
            try fields.refuse(
                fields.fault(
                    "issuer_ref", "the issuing CA '\(name)' is retired and issues nothing", remedy: "name its successor: \(issuing)"))
        case nil:
            let remedy = "use one of \(issuing); one that ca-server issuer prepare has made counts after a restart"
            try fields.refuse(fields.fault("issuer_ref", "there is no issuing CA '\(name)'", remedy: remedy))
        }
        return name
    }

    private static func keyRules(_ fields: inout PolicyMapping) throws(PolicyFileError) -> KeyRules {
        let types = try fields.anyOf("allowed_key_types", KeyAlgorithm.policyNames)
        if types.isEmpty, fields.isSound("allowed_key_types") {
            try fields.refuse(fields.fault("allowed_key_types", "is empty", remedy: "name at least one key type"))
        }
        let names = KeyReuse.allCases.map(\.rawValue)
        let reuse = try fields.optionalString("key_reuse")
        guard let rule = KeyReuse(rawValue: reuse ?? "warn") else {
            throw fields.fault("key_reuse", "may not be '\(reuse ?? "")'", remedy: "use one of \(names.joined(separator: ", "))")
        }
        let sizes = KeyAlgorithm.modulusSizes
        let minimumRSABits = try fields.optionalInteger("min_rsa_bits", in: sizes) ?? sizes.lowerBound
        return KeyRules(types: types, minimumRSABits: minimumRSABits, reuse: rule)
    }

    private static func renewalRules(_ fields: inout PolicyMapping, ttl: Int64) throws(PolicyFileError) -> RenewalRules {
        var group = try fields.mapping("renewal")
        let from = try group.integer("from_percent", in: 10...90)
        let to = try group.integer("to_percent", in: 10...90)
        if from > to, group.isSound("from_percent"), group.isSound("to_percent") {
            try group.refuse(group.fault("to_percent", "is before from_percent", remedy: "make it at least \(from)"))
        }
        let rules = RenewalRules(
            fromPercent: Int64(from), toPercent: Int64(to), grace: try group.duration("grace", in: 0...ttl),
            exclusive: try group.bool("exclusive"))
        try group.finish()
        return rules
    }

    private static func naming(_ fields: inout PolicyMapping, _ lists: [String: [String]]) throws(PolicyFileError) -> Naming {
        let device = try fields.optionalMapping("device")
        let service = try fields.optionalMapping("service")
        switch (device, service) {
        case (let group?, nil): return .device(try DeviceNaming(group, lists))
        case (nil, let group?): return .service(try ServiceNaming(group, lists))
        case (nil, nil), (.some, .some):
            throw fields.fault("device", "exactly one of device and service says how holders are named", remedy: "write one of them")
        }
    }
}

extension DeviceNaming {
    fileprivate init(_ group: PolicyMapping, _ lists: [String: [String]]) throws(PolicyFileError) {
        var group = group
        organizations = try group.expanded("organization", lists)
        if organizations.isEmpty, group.isSound("organization") {
            try group.refuse(
                group.fault("organization", "is empty", remedy: "name an organization, or $organizations for those of config.yaml"))
        }
        if let invisible = organizations.lazy.compactMap(firstInvisible).first {
            throw group.fault("organization", "has the character \(invisible), which nobody sees", remedy: "write it without")
        }
        types = try group.strings("ou")
        try group.finish()
    }
}

extension ServiceNaming {
    fileprivate init(_ group: PolicyMapping, _ lists: [String: [String]]) throws(PolicyFileError) {
        var group = group
        allowedDomains = try group.expanded("allowed_domains", lists).map(asciiLowercased)
        allowBareDomains = try group.optionalBool("allow_bare_domains") ?? false
        allowSubdomains = try group.optionalBool("allow_subdomains") ?? false
        allowGlobDomains = try group.optionalBool("allow_glob_domains") ?? false
        allowWildcardCertificates = try group.optionalBool("allow_wildcard_certificates") ?? false
        allowLocalhost = try group.optionalBool("allow_localhost") ?? false
        allowAnyName = try group.optionalBool("allow_any_name") ?? false
        allowIPSANs = try group.optionalBool("allow_ip_sans") ?? false
        var ranges: [IPRange] = []
        for (index, text) in (try group.optionalStrings("allowed_ip_sans_cidr") ?? []).enumerated() {
            guard let range = IPRange(cidr: text) else {
                try group.refuse(
                    group.fault(
                        "allowed_ip_sans_cidr", element: index, "'\(text)' is not a block of addresses", remedy: "write it like 10.0.0.0/8")
                )
                continue
            }
            ranges.append(range)
        }
        allowedIPRanges = ranges
        allowedURISANs = try group.optionalStrings("allowed_uri_sans") ?? []
        try group.finish()
    }
}

extension PolicyMapping {
    /// A list of texts in which `$name` stands for a list of the configuration.
    fileprivate mutating func expanded(_ field: String, _ lists: [String: [String]]) throws(PolicyFileError) -> [String] {
        var texts: [String] = []
        for (index, text) in try strings(field).enumerated() {
            guard text.hasPrefix("$") else {
                texts.append(text)
                continue
            }
            guard let list = lists[String(text.dropFirst())] else {
                try refuse(
                    fault(
                        field, element: index, "there is no list '\(text)'",
                        remedy: "use one of \(lists.keys.sorted().map { "$\($0)" }.joined(separator: ", "))"))
                continue
            }
            texts += list
        }
        return texts
    }
}
