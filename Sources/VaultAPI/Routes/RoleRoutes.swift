import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Issuance

extension VaultAPI {
    func addRoleRoutes(to pki: inout RouteGroup) {
        pki.list("roles") { request, context in
            let permit = try await permit(request, context, .tokenSelf, object: "roles")
            return try Response.keys(Page(request).keys(of: permit.policies.maker.profiles.roleNames), context: context)
        }
        pki.get("roles/{name}") { request, context in
            let name = try context.parameter("name")
            let permit = try await permit(request, context, .tokenSelf, object: "roles/\(name)")
            do throws(IssuanceRefusal) {
                return Response.envelope(RoleAnswer(try permit.policies.maker.role(name)), context: context)
            } catch {
                throw APIFailure(.notFound, code: error.code, summary: error.summary, remedy: error.remedy)
            }
        }
    }
}
