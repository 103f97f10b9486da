import Foundation
import NIOHTTP1
import NIOSSL

/// The same load at other CAs, for whoever has prepared them.
extension Run {
    func measurePeers() throws {
        let files = PeerFiles(folder: peers)
        let all: [(program: String, measure: (PeerFiles, Session) throws -> Void)] = [
            ("step-ca", measureStepCA), ("cfssl", measureCFSSL), ("bao", measureOpenBao),
        ]
        for peer in all where !files.have(peer.program) { miss(peer.program) }
        let present = all.filter { files.have($0.program) }
        if present.isEmpty { return }
        let server = try start(rows: extent.fewRows)
        defer { server.stop() }
        let session = try Session(server: server, rows: extent.fewRows, client: client, extent: extent)
        try session.awaitLists()
        for peer in present { try peer.measure(files, session) }
    }

    private func miss(_ name: String) {
        FileHandle.standardError.write(Data("  NOT MEASURED: \(name) is not below \(peers); Benchmarks/Peers/prepare makes it\n".utf8))
        report.missing.append(name)
    }

    private func measureStepCA(_ files: PeerFiles, beside session: Session) throws {
        let peer = try StepCA(files, folder: folder, client: client)
        defer { peer.process.stop() }
        try measureSigning(peer, files, beside: session)
        let contexts = try peer.credentials(extent.lanes, client: client, files: files).map { try files.clientContext($0) }
        let renew = APIRequest(.POST, "/1.0/renew")
        let load = Load(
            port: peer.port, lanes: extent.lanes, seconds: extent.seconds, tls: { contexts[$0] }, request: { _, _ in renew })
        try keep("step-ca: renew", load, peer)
    }

    private func measureCFSSL(_ files: PeerFiles, beside session: Session) throws {
        let peer = try CFSSL(files, folder: folder, client: client)
        defer { peer.process.stop() }
        try measureSigning(peer, files, beside: session)
    }

    private func measureOpenBao(_ files: PeerFiles, beside session: Session) throws {
        let peer = try OpenBao(files, folder: folder, client: client)
        defer { peer.process.stop() }
        try measureSigning(peer, files, beside: session)
    }

    /// A load whose figures stand beside ours, and rounds for the ratio: theirs and ours, one right after the other.
    private func measureSigning(_ peer: some Peer, _ files: PeerFiles, beside session: Session) throws {
        let tls = try files.clientContext()
        try keep("\(peer.name): sign", signingLoad(peer, seconds: extent.seconds, tls), peer)
        basis.peers[peer.name] = try (1...extent.rounds).map { number in
            session.progress("\(peer.name) and ours, round \(number) of \(extent.rounds)")
            let theirs = try signingLoad(peer, seconds: extent.roundSeconds, tls)
            let ours = try session.signingLoad(lanes: extent.lanes, seconds: extent.roundSeconds)
            return PeerRound(
                theirs: try session.shortly(peer.name, theirs, of: peer.process.id).serverCPU,
                ours: try session.shortly(Session.Operation.sign, ours, of: session.server.id).serverCPU)
        }
    }

    private func signingLoad(_ peer: some Peer, seconds: Double, _ tls: NIOSSLContext) throws -> Load {
        let requests = try peer.signRequests(Int(seconds * Extent.mostPerSecond))
        return Load(
            port: peer.port, lanes: extent.lanes, seconds: seconds, tls: { _ in tls },
            request: { index, _ in index < requests.count ? requests[index] : nil })
    }

    private func keep(_ operation: String, _ load: Load, _ peer: some Peer) throws {
        FileHandle.standardError.write(Data("  \(operation), \(load.lanes) × \(load.style.rawValue)\n".utf8))
        let (measurement, notes) = try Measurement.take(operation, load, by: client, of: peer.process.id)
        guard notes.failures == 0 else { throw BenchmarkFailure.refused(operation: operation, complaint: notes.firstFailure ?? "") }
        report.operations.append(measurement)
    }
}

/// Server CPU of a signature, theirs and then ours. Microseconds.
struct PeerRound: Codable {
    let theirs: Double
    let ours: Double
}

extension Ratios {
    /// Ours against theirs, in the same run: a quarter means four times their certificates per second of server CPU.
    func peers() -> [Report.Ratio] {
        var ratios = basis.peers.sorted { $0.key > $1.key }.map { peer, rounds in
            Report.Ratio(
                name: "sign: our CPU / \(peer): sign", values: rounds.map { $0.ours / $0.theirs }, target: peer == "cfssl" ? nil : 0.25)
        }
        if let ours = report.first(Session.Operation.renew, lanes: extent.lanes),
            let theirs = report.first("step-ca: renew", lanes: extent.lanes)
        {
            ratios.append(.init(name: "renew: our CPU / step-ca: renew", value: ours.serverCPU / theirs.serverCPU, target: nil))
        }
        return ratios
    }
}
