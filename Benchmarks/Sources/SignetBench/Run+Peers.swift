import Foundation
import NIOHTTP1

/// The same load at other CAs, for whoever has prepared them.
extension Run {
    func measurePeers() throws {
        let files = PeerFiles(folder: peers)
        for (name, measure) in [("step-ca", measureStepCA), ("cfssl", measureCFSSL)] {
            guard files.have(name) else {
                FileHandle.standardError.write(
                    Data("  NOT MEASURED: \(name) is not below \(peers); Benchmarks/Peers/prepare makes it\n".utf8))
                report.missing.append(name)
                continue
            }
            try measure(files)
        }
    }

    private func measureStepCA(_ files: PeerFiles) throws {
        let peer = try StepCA(files, folder: folder, client: client)
        defer { peer.process.stop() }
        try measureSigning(peer, files)
        let contexts = try peer.credentials(extent.lanes, client: client, files: files).map { try files.clientContext($0) }
        let renew = APIRequest(.POST, "/1.0/renew")
        let load = Load(
            port: peer.port, lanes: extent.lanes, seconds: extent.seconds, tls: { contexts[$0] }, request: { _, _ in renew })
        try keep("step-ca: renew", load, peer)
    }

    private func measureCFSSL(_ files: PeerFiles) throws {
        let peer = try CFSSL(files, folder: folder, client: client)
        defer { peer.process.stop() }
        try measureSigning(peer, files)
    }

    private func measureSigning(_ peer: some Peer, _ files: PeerFiles) throws {
        let requests = try peer.signRequests(extent.prepared)
        let tls = try files.clientContext()
        let load = Load(
            port: peer.port, lanes: extent.lanes, seconds: extent.seconds, tls: { _ in tls },
            request: { index, _ in index < requests.count ? requests[index] : nil })
        try keep("\(peer.name): sign", load, peer)
    }

    private func keep(_ operation: String, _ load: Load, _ peer: some Peer) throws {
        FileHandle.standardError.write(Data("  \(operation), \(load.lanes) × \(load.style.rawValue)\n".utf8))
        let (measurement, notes) = try Measurement.take(operation, load, by: client, of: peer.process.id)
        guard notes.failures == 0 else { throw BenchmarkFailure.refused(operation: operation, complaint: notes.firstFailure ?? "") }
        report.operations.append(measurement)
    }
}

extension Ratios {
    /// Ours against theirs, in the same run: a quarter means four times their certificates per second of server CPU.
    func peers() -> [Report.Ratio] {
        let pairs: [(ours: String, theirs: String, target: Double?)] = [
            (Session.Operation.sign, "step-ca: sign", 0.25), (Session.Operation.renew, "step-ca: renew", nil),
            (Session.Operation.sign, "cfssl: sign", nil),
        ]
        return pairs.compactMap { pair in
            guard let ours = report.first(pair.ours, lanes: extent.lanes), let theirs = report.first(pair.theirs, lanes: extent.lanes)
            else {
                return nil
            }
            return .init(name: "\(pair.ours): our CPU / \(pair.theirs)", value: ours.serverCPU / theirs.serverCPU, target: pair.target)
        }
    }
}
