import APISchema
import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Issuance
import Ledger
import PKI

/// Devices and services as identities, whether or not they have a certificate.
extension VaultAPI {
    func addFleetRoutes(to fleet: inout RouteGroup) {
        fleet.write("devices/{id}/suspend") { try await suspend($0, $1, kind: .device) }
        fleet.write("services/{id}/suspend") { try await suspend($0, $1, kind: .service) }
    }

    private func suspend(_ request: Request, _ context: APIRequestContext, kind: IdentityKind) async throws -> Response {
        let body = try await context.body(of: request)
        let profile = try RequestFields(body).string("profile") ?? kind.rawValue
        let id = asciiLowercased(try context.parameter("id"))
        let name = IdentityName(profile: profile, name: id)
        let permit = try await permit(request, context, .suspend, profile: profile, object: name.description)
        if let naming = permit.policies.maker.profiles.role(profile)?.naming, kind != IdentityKind(naming) {
            throw APIFailure(
                .badRequest, code: "malformed_request",
                summary: "profile '\(visible(String(profile.prefix(80))))' certifies no \(kind.rawValue)s",
                remedy: "name a profile of \(kind.rawValue)s, or leave the field out")
        }
        let identity = try await authority.suspend(name, permit: permit)
        return .envelope(
            SuspendedIdentity(id: id, profile: profile, status: "suspended", suspensionTime: identity.suspendedAt?.seconds ?? 0),
            context: context)
    }

    /// The path's kind of identity; its name is the shipped profile's.
    private enum IdentityKind: String {
        case device, service

        init(_ naming: CertificateProfile.Naming) {
            self = if case .device = naming { .device } else { .service }
        }
    }
}
