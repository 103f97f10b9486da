/// What a crowd costs everybody else.
extension Ratios {
    /// How long a certificate takes beside a crowd.
    func crowds() -> [Report.Ratio] {
        basis.crowds.flatMap { cost -> [Report.Ratio] in
            let name = "sign beside \(cost.title)"
            return [
                .init(name: "\(name): p50 / alone", value: cost.beside.p50 / max(1, cost.alone.p50), target: nil),
                .init(name: "\(name): p99 / alone", value: cost.beside.p99 / max(1, cost.alone.p99), target: 2),
            ]
        }
    }
}
