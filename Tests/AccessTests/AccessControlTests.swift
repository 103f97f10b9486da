@testable import Access
import Issuance
import Ledger
import PolicyFiles
import Testing

@Suite struct `Access control` {
    private let access: AccessControl
    private let policies: Policies

    init() throws {
        access = try AccessControl(files: Asker.policies)
        let none = try ProfileSet(files: [:], lists: [:], issuers: [:])
        let maker = CertificateMaker(profiles: none, issuers: [], reserved: ReservedNames(hostNames: []), ownKeys: [])
        policies = Policies(maker: maker, access: access)
    }

    private func outcome(_ asker: Asker, _ action: Action, _ profile: String?) throws -> AccessRefusal? {
        let principal = try asker.principal
        do throws(AccessRefusal) {
            _ = try policies.permit(principal, action, profile: profile, object: "x")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: Asker.allCases, Action.allCases) func `refuses everything that nothing allows`(asker: Asker, action: Action) throws {
        for profile in [nil, "device", "service"] {
            let wish = [action.rawValue, profile].compactMap { $0 }.joined(separator: " ")
            // Every token may look itself up, renew and revoke itself, whatever profile is mentioned.
            let isAllowed = asker.allowed.contains(wish) || (action == .tokenSelf && asker.allowed.contains("token_self"))
            #expect((try outcome(asker, action, profile) == nil) == isAllowed, "\(wish)")
        }
    }

    @Test(
        arguments: [
            (.anonymous, .sign, "device", .credentialMissing),
            (.anonymous, .renew, nil, .certificateNeeded),
            (.admin, .renew, nil, .certificateNeeded),
            (.ticket, .renew, nil, .certificateNeeded),
            (.ticket, .issue, "device", .ticketOnlyEnrols(action: "issue")),
            (.ticket, .ticketCreate, "device", .ticketOnlyEnrols(action: "ticket_create")),
            (.ticket, .sign, "service", .ticketForOtherProfile(profile: "device", asked: "service")),
            (.certificate, .sign, "device", .notAllowed(action: "sign", object: "x", policies: ["certificate 40:01"])),
            (.auditor, .revoke, "device", .notAllowed(action: "revoke", object: "x", policies: ["auditor"])),
            (.provisioner, .sign, "service", .notAllowed(action: "sign", object: "x", policies: ["provisioner"])),
        ] as [(Asker, Action, String?, AccessRefusal)])
    func `says which rule was missing`(asker: Asker, action: Action, profile: String?, refusal: AccessRefusal) throws {
        #expect(try outcome(asker, action, profile) == refusal)
        #expect(!refusal.summary.isEmpty && !refusal.remedy.isEmpty && !refusal.code.isEmpty)
    }

    @Test func `gives permits that are good for nothing else`() throws {
        let permit = try policies.permit(Asker.admin.principal, .sign, profile: "device", object: "device")
        try permit.require(.sign, profile: "device")
        for (action, profile) in [(.sign, "service"), (.issue, "device"), (.sign, nil), (.revoke, "device")] as [(Action, String?)] {
            #expect(throws: AccessRefusal.self) { try permit.require(action, profile: profile) }
        }
    }

    @Test(
        arguments: [
            (.admin, ["auditor"], nil), (.admin, ["admin", "provisioner"], nil), (.provisioner, ["provisioner"], nil),
            (.provisioner, ["admin"], .policyNotHeld("admin")), (.provisioner, ["provisioner", "auditor"], .policyNotHeld("auditor")),
            (.admin, ["root"], .policyUnknown("root")), (.ghost, ["deleted"], .policyUnknown("deleted")),
            (.nobody, ["admin"], .policyNotHeld("admin")),
        ] as [(Asker, [String], AccessRefusal?)])
    func `lets a token give only what it has`(asker: Asker, asked: [String], refusal: AccessRefusal?) throws {
        let permit = try policies.permit(asker.principal, .tokenSelf, object: "token")
        do throws(AccessRefusal) {
            #expect(try access.grant(asked, by: permit) == asked)
            #expect(refusal == nil)
        } catch {
            #expect(error == refusal)
        }
    }

    @Test(arguments: [nil, []] as [[String]?]) func `gives a new token its creator's policies when none are named`(asked: [String]?) throws
    {
        let permit = try policies.permit(Asker.provisioner.principal, .tokenSelf, object: "token")
        #expect(try access.grant(asked, by: permit) == ["provisioner"])
    }

    @Test(arguments: [
        (
            "allow:\n  - actions: [sing]\n    profiles: [device]\n",
            "field 'allow[0].actions[0]': 'sing' is not accepted; did you mean 'sign'?"
        ),
        ("allow:\n  - actions: [renew]\n    profiles: [device]\n", "field 'allow[0].actions[0]': 'renew' is not accepted"),
        ("allow:\n  - actions: [sign]\n", "field 'allow[0].profiles': missing"),
        ("allow:\n  - actions: [sign]\n    profiles: [device]\n    profile: x\n", "field 'allow[0].profile': unknown field"),
        ("deny: []\n", "field 'allow': missing"),
    ])
    func `refuses a policy file with a mistake`(text: String, summary: String) {
        let error = #expect(throws: PolicyFileError.self) { try AccessControl(files: ["access/a.yaml": text]) }
        #expect(error?.summary.contains(summary) == true, "\(error?.summary ?? "")")
    }

    @Test(
        arguments: [
            (.anonymous, "anonymous"), (.ticket, "ticket:a0b1"), (.admin, "token:\(Samples.token(["admin"]).accessor)"),
            (.certificate, "certificate:40:01"),
        ]
            as [(Asker, String)])
    func `is audited under a name without secrets`(asker: Asker, name: String) throws {
        #expect(try asker.principal.auditName == name)
    }
}
