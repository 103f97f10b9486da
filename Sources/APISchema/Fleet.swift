/// `data` of `POST fleet/devices/:id/suspend`, and the same for services.
package struct SuspendedIdentity: Codable, Sendable, Equatable {
    /// The device's UUID or the service's name.
    package var id: String
    package var profile: String
    /// `suspended`.
    package var status: String
    /// Seconds since 1970; the first suspension counts.
    package var suspensionTime: Int64

    package init(id: String, profile: String, status: String, suspensionTime: Int64) {
        self.id = id
        self.profile = profile
        self.status = status
        self.suspensionTime = suspensionTime
    }

    enum CodingKeys: String, CodingKey {
        case id, profile, status
        case suspensionTime = "suspension_time"
    }
}
