import Access
import Authority
import HTTPTypes
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

/// Single calls of the API, without a socket.
@Suite struct `A call of Vault's API` {
    @Test func `to health with a token that has a number of uses spends none`() async throws {
        let deployment = try await Deployment(alarms: [.init("crl_not_published", "the list of devices is late")])
        let token = try await deployment.bench.makeToken(uses: 1)
        let health = Call(.get, "/v1/sys/health")
        for _ in 1...2 {
            let answer = try await deployment.transport().send(health.with("X-Vault-Token", token))
            #expect(answer.document["alarms"] == .array([.string("the list of devices is late")]))
        }
        #expect(try await deployment.transport().send(health).document["alarms"] == .array([.string("crl_not_published")]))
        let ticket = try await deployment.bench.ticket(.identity(uuid(1)))
        let told = try await deployment.transport().send(health.with("X-Vault-Token", ticket)).document["alarms"]
        #expect(told == .array([.string("crl_not_published")]))
        let own = Call(.get, "/v1/auth/token/lookup-self").with("X-Vault-Token", token)
        #expect(try await deployment.transport().send(own).status == 200)
        #expect(try await deployment.transport().send(own).code == "token_invalid")
    }

    @Test func `to suspend names a profile of the path's kind`() async throws {
        let deployment = try await Deployment()
        let id = try await deployment.bench.enroll(uuid(1)).identity.name
        let wrong = try await deployment.asked(.post, "/v1/fleet/services/\(id)/suspend", #"{"profile": "device"}"#)
        let refusal = try await deployment.transport().send(wrong)
        #expect(refusal.status == 400 && refusal.code == "malformed_request")
        #expect(refusal.text.contains("profile 'device' certifies no services"))
        let right = try await deployment.asked(.post, "/v1/fleet/devices/\(id)/suspend", #"{"profile": "device"}"#)
        #expect(try await deployment.transport().send(right).document["data"]?["status"] == .string("suspended"))
    }

    @Test func `with a field that is not known is answered with a warning`() async throws {
        let deployment = try await Deployment()
        let id = try await deployment.bench.enroll(uuid(1)).identity.name
        let accessor = try #require(try await deployment.bench.admin().token?.accessor)
        for (path, body) in [
            ("fleet/devices/\(id)/suspend", #"{"profil": "device"}"#),
            ("auth/token/lookup-accessor", #"{"accessor": "\#(accessor)", "profil": 1}"#),
        ] {
            let answer = try await deployment.transport().send(deployment.asked(.post, "/v1/\(path)", body))
            #expect(answer.status == 200)
            #expect("\(String(describing: answer.document["warnings"]))".contains("unrecognized parameters: [profil]"), "\(path)")
        }
    }

    @Test func `with a long name that is refused gets a short answer`() async throws {
        let deployment = try await Deployment()
        let long = String(repeating: "e\u{301}", count: 10_000)
        for (path, body) in [
            ("auth/token/create", #"{"policies": ["\#(long)"]}"#), ("fleet/devices/x/suspend", #"{"profile": "\#(long)"}"#),
        ] {
            let answer = try await deployment.transport().send(deployment.asked(.post, "/v1/\(path)", body))
            #expect(answer.status >= 400 && answer.body.count < 4_000, "\(path): \(answer.body.count)")
            #expect(answer.text.contains("… · remedy: "))
        }
    }

    @Test func `to suspend what was never enrolled says how to keep it from enrolling`() async throws {
        let deployment = try await Deployment()
        let answer = try await deployment.transport().send(deployment.asked(.post, "/v1/fleet/devices/\(uuid(7))/suspend"))
        #expect(answer.status == 404 && answer.code == "identity_unknown")
        #expect(answer.text.contains("nothing was ever certified for it") && answer.text.contains("revoke its tickets"))
    }

    @Test func `names the default issuer's certificate ca, in every form`() async throws {
        let deployment = try await Deployment()
        let certificate = deployment.bench.ca.devices.certificate
        let der = try await deployment.transport().send(Call(.get, "/v1/pki/cert/ca/raw"))
        #expect(der.status == 200 && der.body == certificate.der)
        let pem = try await deployment.transport().send(Call(.get, "/v1/pki/cert/ca/raw/pem"))
        #expect(pem.status == 200 && pem.text == certificate.pem)
    }
}
