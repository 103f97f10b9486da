import Testing

/// Everything here starts real programs, one suite after the other: a CA, a broker and their clients share two cores.
@Suite(.serialized, .timeLimit(.minutes(Torture.isLong ? 120 : 10)))
enum AgainstRealPrograms {
    @Test(.enabled(if: Requirement.allAreMandatory, "outside CI a suite may be skipped"), arguments: Requirement.allCases)
    static func `in CI every program that the suites need is here`(_ requirement: Requirement) {
        #expect(requirement.isMet, Comment(rawValue: requirement.skipped))
    }
}
