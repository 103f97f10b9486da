import Foundation

/// Which ratios of a run are worse than those of runs like it, beyond what such runs differ among themselves.
struct Regressions {
    /// How many runs before are looked at.
    private static let memory = 5
    /// Percent of the CPU that others may use in a run that is to say anything.
    private static let mostOthers = 20.0

    let report: Report
    /// Runs of the same extent on the same kind of machine, as quiet as can be asked, the oldest first.
    let past: [Report]

    /// - Parameter history: all runs.
    init(_ report: Report, history: [Report]) {
        self.report = report
        past = history.filter { $0.isComparable(to: report) && !Self.isDisturbed($0) }
    }

    /// Differences up to this part are never called worse: two runs in a row differ by as much on a quiet machine.
    private var noise: Double { report.quick ? 0.3 : 0.1 }

    private static func isDisturbed(_ report: Report) -> Bool { report.others ?? 0 > mostOthers }

    /// A sentence, and a line for each ratio that got worse.
    var text: String {
        guard !past.isEmpty else { return "No earlier run is like this one and was quiet: nothing says what got worse." }
        let worse = report.ratios.compactMap(worsening)
        let basis = "against the median of up to \(Self.memory) runs like it"
        guard !worse.isEmpty else { return "No ratio got worse by more than noise, \(basis)." }
        let doubt = Self.isDisturbed(report) ? " (others used so much of the CPU that this says little)" : ""
        return (["WORSE by more than noise, \(basis)\(doubt):"] + worse.map { "- \($0)" }).joined(separator: "\n")
    }

    private func worsening(of ratio: Report.Ratio) -> String? {
        let values = past.compactMap { run in run.ratios.first { $0.name == ratio.name }?.value }.suffix(Self.memory).sorted()
        guard let least = values.first, let most = values.last, least > 0 else { return nil }
        let median = values[values.count / 2]
        let limit = median * (1 + max(noise, most / median - 1))
        guard ratio.value > limit else { return nil }
        return String(
            format: "%@: %.2f, was %.2f (%d runs, %.2f to %.2f)", ratio.name, ratio.value, median, values.count, least, most)
    }
}
