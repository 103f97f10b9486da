package import PolicyFiles

/// The file `policies/limits.yaml`, validated: classes with their rates, and the endpoints that have another class than they came with.
package struct RequestLimits: Sendable {
    /// The classes that a file must have, because senders and endpoints are in them unless a policy or the file says otherwise.
    package enum Standard: String, CaseIterable, Sendable {
        case anonymous, unknown, authenticated, login, line, renewal, revocation, crl, `public`, health
    }

    private let classes: [String: LimitClass]
    /// By paths as they are routed.
    private let endpoints: [String: LimitClass]
    /// A fault for each path, for the case that nothing is served there.
    private let unserved: [String: PolicyFileError]

    private static let maxClasses = 64

    /// - Parameter faults: collects the faults of fields; nil: the first fault is thrown.
    package init(text: String, file: String, collecting faults: PolicyFaults? = nil) throws(PolicyFileError) {
        var fields = try PolicyMapping(text: text, file: file, collecting: faults)
        classes = try Self.classes(&fields)
        (endpoints, unserved) = try Self.endpoints(&fields, classes)
        try fields.finish()
    }

    private static func classes(_ fields: inout PolicyMapping) throws(PolicyFileError) -> [String: LimitClass] {
        var group = try fields.mapping("classes")
        var classes: [String: LimitClass] = [:]
        for name in group.names {
            guard (1...32).contains(name.utf8.count), name.utf8.allSatisfy(isNameOctet) else {
                try group.refuse(group.fault(name, "no name of a class", remedy: "write a to z, 0 to 9 and _, at most 32 characters"))
                continue
            }
            guard var description = try group.optionalMapping(name) else { continue }
            classes[name] = LimitClass(name: name, limit: try limit(&description))
            try description.finish()
        }
        if classes.count > maxClasses {
            try group.refuse(fields.fault("classes", "there are more than \(maxClasses) classes", remedy: "join some of them"))
        }
        for name in Standard.allCases.map(\.rawValue) where !group.names.contains(name) {
            try fields.refuse(
                fields.fault("classes", "class '\(name)' is missing", remedy: "add a line `\(name): {rate: none}`, or with a rate"))
        }
        return classes
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
            || octet == UInt8(ascii: "_")
    }

    private static func limit(_ fields: inout PolicyMapping) throws(PolicyFileError) -> RateLimit? {
        if fields.isText("rate", "none") { return nil }
        let requests = try fields.integer("rate", in: RateLimit.requestsAllowed)
        let interval = try fields.optionalDuration("interval", in: RateLimit.intervalsAllowed) ?? 60
        let burst = try fields.optionalInteger("burst", in: 1...requests * RateLimit.bursts)
        return RateLimit(requests: requests, interval: interval, burst: burst)
    }

    private static func endpoints(
        _ fields: inout PolicyMapping, _ classes: [String: LimitClass]
    ) throws(PolicyFileError) -> ([String: LimitClass], [String: PolicyFileError]) {
        var endpoints: [String: LimitClass] = [:]
        var unserved: [String: PolicyFileError] = [:]
        for group in try fields.optionalMappings("endpoints") ?? [] {
            var group = group
            let path = try group.string("path")
            if let name = try group.optionalOneOf("class", classes.keys.sorted()) {
                endpoints["/v1/\(path)"] = classes[name]
            } else if !group.has("class") {
                try group.refuse(group.fault("class", "missing", remedy: "add the name of a class"))
            }
            unserved["/v1/\(path)"] = group.fault(
                "path", "no endpoint has the path '\(path.prefix(80))'", remedy: "write a path as docs/api.yaml has it, without /v1/")
            try group.finish()
        }
        return (endpoints, unserved)
    }

    /// The names of all classes.
    package var names: [String] { classes.keys.sorted() }

    /// The class of a name.
    package subscript(name: String) -> LimitClass? { classes[name] }

    /// The class of a standard name; the file was refused if it had none.
    package subscript(standard: Standard) -> LimitClass {
        classes[standard.rawValue] ?? LimitClass(name: standard.rawValue, limit: nil)
    }

    /// The class that the file gives an endpoint.
    package func limitClass(ofEndpoint path: String) -> LimitClass? { endpoints.isEmpty ? nil : endpoints[path] }

    /// The paths of the endpoints that the file gives a class.
    package func paths(in name: String) -> [String] { endpoints.filter { $0.value.name == name }.keys.sorted() }

    /// Adds a fault for each path at which nothing is served.
    package func check(served paths: Set<String>, collecting faults: PolicyFaults) {
        for (path, fault) in unserved.sorted(by: { $0.key < $1.key }) where !paths.contains(path) { faults.add(fault) }
    }
}
