/// Tells once when a published list has half its life behind it, and once when it has run out: something keeps newer ones away.
struct AgeWatch: Sendable {
    private enum Age: Sendable {
        case fresh
        case ageing
        case expired
    }

    private var ages: [String: Age] = [:]

    /// What is new since the last call.
    ///
    /// - Parameter now: seconds since 1970.
    mutating func events(for lists: [ListStatus], at now: Int64) -> [PublisherEvent] {
        var events: [PublisherEvent] = []
        for list in lists {
            let age = Self.age(of: list, at: now)
            guard ages.updateValue(age, forKey: list.issuer) != age else { continue }
            switch age {
            case .fresh: break
            case .ageing: events.append(.ageing(list))
            case .expired: events.append(.expired(list))
            }
        }
        return events
    }

    private static func age(of list: ListStatus, at now: Int64) -> Age {
        if now >= list.nextUpdate { return .expired }
        return now - list.thisUpdate >= (list.nextUpdate - list.thisUpdate) / 2 ? .ageing : .fresh
    }
}
