import Foundation
import PKI
import TestKit
import Testing

@testable import CertificateClient
@testable import ClientCommands

struct CommandLineTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        /// A part of what is said about it.
        let says: String

        init(_ line: String, _ status: Int32, _ says: String) {
            arguments = line.split(separator: " ").map(String.init)
            self.status = status
            self.says = says
        }

        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let rows = [
        Row("", 0, "SUBCOMMANDS"),
        Row("--help", 0, "CA_ADDR"),
        Row("frobnicate", 64, "frobnicate"),
        Row("enroll --profile device --id 12 --out /nowhere", 64, "'12' is not a UUID"),
        Row("enroll --profile device --out /nowhere", 64, "--id"),
        Row("enroll --id \(TestPair.device) --out /nowhere", 64, "--profile"),
        Row("enroll --profile service --out /nowhere", 64, "neither a DNS name"),
        Row("enroll --profile service --dns a.internal --ip 300.1.1.1 --out /nowhere", 64, "300.1.1.1"),
        Row("enroll --profile service --dns a.internal --key-type dsa --out /nowhere", 64, "dsa"),
        Row("enroll --profile device --id \(TestPair.device) --dns a.internal --out /nowhere", 64, "excludes"),
        Row("enroll --profile device --id \(TestPair.device) --out /nowhere", 1, "CA_TICKET"),
        Row("ticket create --profile device", 64, "exactly one"),
        Row("ticket create --profile device --id x --pattern *", 64, "exactly one"),
        Row("ticket create --profile device --id x --uses 0", 64, "--uses"),
        Row("ticket create --profile device --id x --ttl soon", 64, "soon"),
        Row("ticket create --profile device --id x", 1, "CA_TOKEN_FILE"),
        Row("token create", 64, "--policy"),
        Row("revoke 4f:00 --reason whim", 64, "keyCompromise"),
        Row("revoke 4f:00 --reason superseded", 1, "CA_TOKEN_FILE"),
        Row("revoke 4f:0 --reason superseded", 1, "4f:0"),
        Row("search --limit 0", 64, "--limit"),
        Row("search --state dead", 64, "dead"),
        Row("search --expires-before whenever", 64, "whenever"),
        Row("search", 1, "CA_TOKEN_FILE"),
        Row("audit", 1, "CA_TOKEN_FILE"),
        Row("status", 1, "CA_CACERT"),
        Row("status --dir /nowhere", 1, "/nowhere holds no certificate"),
        Row("renew --dir /nowhere", 1, "/nowhere holds no certificate"),
        Row("agent --dir /nowhere --once", 1, "/nowhere holds no certificate"),
        Row("agent --dir /nowhere --id \(TestPair.device)", 64, "--profile"),
        Row("show 4f00", 1, "CA_CACERT"),
        Row("show not-a-file", 1, "not-a-file"),
        Row("trust", 64, "--fingerprint"),
        Row("trust --fingerprint 12:34", 1, "12:34"),
        Row("search --token s.secret", 64, "--token"),
    ]

    @Test(arguments: rows) func `arguments end with the right status and a word of what is wrong`(_ row: Row) async {
        let test = TestSession()
        let status = await ClientProgram.run(row.arguments, session: test.session)
        #expect(status == row.status)
        #expect((test.stdout + test.stderr).contains(row.says), "\(test.stderr)")
        if row.status != 0 {
            #expect(test.stderr.hasPrefix("ca-client: "))
            #expect(test.stderr.contains(" · remedy: "))
            #expect(test.stdout.isEmpty)
        }
    }

    static let commands = [
        "trust", "ticket create", "enroll", "renew", "agent", "revoke", "search", "show", "status", "token create", "audit",
    ]

    @Test(arguments: commands) func `every command has help with an example`(_ command: String) async {
        let test = TestSession()
        let arguments = command.split(separator: " ").map(String.init) + ["--help"]
        #expect(await ClientProgram.run(arguments, session: test.session) == 0)
        #expect(test.stdout.contains("Example"))
        #expect(test.stdout.contains("--json"))
    }

    struct Variables: Sendable, CustomTestStringConvertible {
        let values: [String: String]
        let address: String
        let token: String?
        var testDescription: String { values.keys.sorted().joined(separator: " ") }
    }

    static let variables = [
        Variables(values: [:], address: "https://127.0.0.1:8443", token: nil),
        Variables(values: ["VAULT_ADDR": "https://v", "VAULT_TOKEN": "v"], address: "https://v", token: "v"),
        Variables(
            values: ["VAULT_ADDR": "https://v", "VAULT_TOKEN": "v", "CA_ADDR": "https://c", "CA_TOKEN": "c"], address: "https://c",
            token: "c"),
        Variables(values: ["CA_ADDR": "", "CA_TOKEN": ""], address: "https://127.0.0.1:8443", token: nil),
    ]

    @Test(arguments: variables) func `our variables come before Vault's, and empty ones are as good as none`(_ row: Variables) throws {
        let environment = ClientEnvironment(row.values)
        #expect(try environment.address().description == row.address)
        #expect(try environment.token()?.read().text == row.token)
    }

    @Test func `a ticket comes from the file, else from the variable, else a token will do`() throws {
        let scratch = try TemporaryDirectory()
        let file = try scratch.write("from-file\n", to: "ticket")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let environment = ClientEnvironment(["CA_TICKET": "from-variable", "CA_TOKEN": "token"])
        #expect(try environment.enrolmentCredential(ticketFile: file)?.read().text == "from-file")
        #expect(try environment.enrolmentCredential(ticketFile: nil)?.read().text == "from-variable")
        #expect(try ClientEnvironment(["CA_TOKEN": "token"]).enrolmentCredential(ticketFile: nil)?.read().text == "token")
    }

    @Test func `commands that are run for us get no secrets`() {
        let environment = ClientEnvironment(["CA_TOKEN": "x", "VAULT_TOKEN": "x", "CA_TICKET": "x", "PATH": "/bin"])
        #expect(environment.withoutSecrets == ["PATH": "/bin"])
    }

    @Test(
        arguments: [
            ("1767225600", 1_767_225_600, 1_767_225_600), ("2026-01-01T00:00:00Z", 1_767_225_600, 1_767_225_600),
            ("24h", 1_000_000 - 86_400, 1_000_000 + 86_400), ("7d", 1_000_000 - 604_800, 1_000_000 + 604_800),
            ("9223372036854775807", .max, .max), ("106751991167300d", 1_000_000 - 9_223_372_036_854_720_000, .max),
        ] as [(String, UnixTime, UnixTime)])
    func `times are moments or distances`(_ text: String, _ before: UnixTime, _ after: UnixTime) throws {
        let time = try #require(TimeArgument(argument: text))
        #expect(time.before(1_000_000) == before)
        #expect(time.after(1_000_000) == after)
    }

    @Test func `status and show speak of a pair on disk in JSON with stable keys`() async throws {
        let scratch = try TemporaryDirectory()
        let world = try TestPair()
        try await world.install(in: CredentialStore(directory: scratch.path))
        let test = TestSession(now: TestPair.now)
        #expect(await test.run("status", "--dir", scratch.path, "--json") == 0)
        let status = try #require(try JSONSerialization.jsonObject(with: Data(test.stdout.utf8)) as? [String: Any])
        #expect(
            Set(status.keys) == [
                "directory", "state", "serial_number", "common_name", "not_before", "not_after", "renew_at", "days_left", "seconds_left",
            ])
        #expect(status["state"] as? String == "valid")
        #expect(status["days_left"] as? Int == 29)

        let shown = TestSession(now: TestPair.now)
        #expect(await shown.run("show", scratch.path("chain.pem"), "--json") == 0)
        let certificate = try #require(try JSONSerialization.jsonObject(with: Data(shown.stdout.utf8)) as? [String: Any])
        #expect(certificate["serial_number"] as? String == "51:01:02:03")
        #expect(certificate["common_name"] as? String == TestPair.device)
        #expect((certificate["chain"] as? [Any])?.count == 1)
    }

    @Test func `an expired pair is shown and fails the command`() async throws {
        let scratch = try TemporaryDirectory()
        let world = try TestPair()
        try await world.install(in: CredentialStore(directory: scratch.path))
        let test = TestSession(now: TestPair.now + 40 * 86_400)
        #expect(await test.run("status", "--dir", scratch.path) == 1)
        #expect(test.stdout.contains("expired"))
        #expect(test.stderr.contains("ca-client ticket create"))
    }

    @Test func `an expired pair without a ticket makes the agent say how to get one`() async throws {
        let scratch = try TemporaryDirectory()
        let world = try TestPair()
        try await world.install(in: CredentialStore(directory: scratch.path))
        let test = TestSession(now: TestPair.now + 40 * 86_400)
        #expect(await test.run("agent", "--dir", scratch.path, "--once", "--wait") == 1)
        #expect(test.stderr.contains("ca-client ticket create"))
    }
}
