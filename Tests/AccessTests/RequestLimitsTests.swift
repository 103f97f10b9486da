import Access
import Ledger
import PolicyFiles
import Testing

/// Enough classes for the rest to be the only fault.
private let classes = """
    classes:
      anonymous: {rate: 10, interval: 1m, burst: 60}
      authenticated: {rate: 100}
      login: {rate: 5, interval: 2m}
      line: {rate: none}
      renewal: {rate: none}
      revocation: {rate: none}
      crl: {rate: none}
      public: {rate: none}
      health: {rate: none}
      unknown: {rate: none}

    """

@Suite struct `The file of limits` {
    private func limits(_ text: String) throws(PolicyFileError) -> RequestLimits { try RequestLimits(text: text, file: "limits.yaml") }

    @Test func `gives classes their rates and endpoints their classes`() throws {
        let limits = try limits(classes + "endpoints:\n  - path: pki/search\n    class: login\n")
        #expect(limits[.anonymous].limit == RateLimit(requests: 10, interval: 60, burst: 60))
        #expect(limits[.authenticated].limit == RateLimit(requests: 100, interval: 60, burst: 100))
        #expect(limits["login"]?.limit?.period == 24_000_000_000)
        #expect(limits[.line].limit == nil && limits["premium"] == nil)
        #expect(limits.limitClass(ofEndpoint: "/v1/pki/search")?.name == "login" && limits.limitClass(ofEndpoint: "/v1/pki/certs") == nil)
        #expect(limits.paths(in: "login") == ["/v1/pki/search"] && limits.names.count == 10)
    }

    @Test(
        arguments: [
            ("", ": the file is empty"),
            ("classes: {}\n", ":1: field 'classes': class 'anonymous' is missing"),
            (classes.replacing("rate: 100", with: "rate: 0"), ":3: field 'classes.authenticated.rate': 0 is out of range"),
            (
                classes.replacing("rate: 100", with: "rate: lots"),
                ":3: field 'classes.authenticated.rate': expected a whole number, found 'lots'"
            ),
            (classes.replacing("rate: 5", with: "raet: 5"), ":4: field 'classes.login.rate': missing"),
            (classes.replacing("interval: 2m", with: "interval: 2d"), ":4: field 'classes.login.interval': 2d is out of range"),
            (classes.replacing("burst: 60", with: "burst: 1001"), ":2: field 'classes.anonymous.burst': 1001 is out of range"),
            (
                classes.replacing("line: {rate: none}", with: "line: {rate: none, burst: 1}"),
                ":5: field 'classes.line.burst': unknown field"
            ),
            (classes.replacing("  health: {rate: none}\n", with: ""), ":1: field 'classes': class 'health' is missing"),
            (classes + "  Big-Class: {rate: 1}\n", ":12: field 'classes.Big-Class': no name of a class"),
            (
                classes + "endpoints:\n  - path: pki/search\n    class: logn\n",
                ":14: field 'endpoints[0].class': 'logn' is not accepted; did you mean 'login'?"
            ),
            (classes + "endpoints:\n  - path: pki/search\n", ":13: field 'endpoints[0].class': missing"),
            (classes + "limits: 1\n", ":12: field 'limits': unknown field"),
        ]) func `names file, line and field of a fault`(text: String, summary: String)
    {
        let error = #expect(throws: PolicyFileError.self) { try limits(text) }
        #expect(error?.summary.hasPrefix("limits.yaml" + summary) == true, "\(error?.summary ?? "")")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test func `names the line of an endpoint that nobody serves`() throws {
        let faults = PolicyFaults()
        try limits(classes + "endpoints:\n  - {path: pki/search, class: login}\n  - {path: pki/serch, class: login}\n")
            .check(served: ["/v1/pki/search"], collecting: faults)
        #expect(faults.all.map(\.summary) == ["limits.yaml:14: field 'endpoints[1].path': no endpoint has the path 'pki/serch'"])
    }

    @Test func `a policy with a class that the file has not is refused at its line`() {
        let files = ["access/a.yaml": "limit_class: premum\nallow: []\n"]
        let faults = PolicyFaults()
        _ = AccessControl(files: files, limitClasses: ["premium"], collecting: faults)
        #expect(faults.all.map(\.summary) == ["access/a.yaml:1: field 'limit_class': 'premum' is not accepted; did you mean 'premium'?"])
        #expect(throws: Never.self) { try AccessControl(files: files) }
    }
}
