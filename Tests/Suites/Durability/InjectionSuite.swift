import APISchema
import Foundation
import Testing

extension AgainstRealPrograms.Durability {
    @Suite(.needs(.strace), .enabled(if: Tracer.isPermitted, "SKIPPED: injections: strace may not attach to programs here"))
    struct Injections {
        @Test func `whichever write or flush of an issuance fails, no certificate leaves unrecorded, and the next one succeeds`()
            async throws
        {
            try await TestCA.enduring { authority, server, client in
                let load = Load(client)
                var given = [try await load.fulfil(Wish(1))]
                let tracer = try await Tracer.watch(server, calls: ["fdatasync", "pwrite64"], in: authority.sandbox)
                given.append(try await load.fulfil(Wish(2)))
                try await tracer.detach()
                let faults = Tracer.faults(tracer.counts())
                #expect(Set(faults.map(\.call)) == ["fdatasync", "pwrite64"])
                var missed: [Tracer.Fault] = []
                for (number, fault) in zip(3..., faults) {
                    let wish = try Wish(number)
                    let tracer = try await Tracer.inject(fault, into: server, in: authority.sandbox)
                    let answer = try await client.sign(wish)
                    let hasHappened = tracer.injected > 0
                    try await tracer.detach()
                    if answer.status == 200 {
                        // It met a checkpoint, or what was counted held another record's calls, too.
                        #expect(hasHappened || fault.nth > 1, "\(fault)")
                        missed.append(fault)
                    } else {
                        #expect(answer.status == 503 && answer.retryAfter != nil && !answer.holdsCertificate, "\(fault): \(answer)")
                    }
                    given.append(try await load.fulfil(wish))
                    try await authority.expectQuiet(client, after: "\(fault)")
                }
                #expect(missed.count < faults.count / 2, "\(missed)")
                #expect(server.log.contains("the ledger cannot be written: ") && server.log.contains("the ledger can be written again"))
                try await authority.account().expect(given: given, revoked: [])
                try await expectSurvival(authority, server, client, given)
                Torture.tell("failing calls of an issuance", ["faults": faults.count - missed.count])
            }
        }

        /// A kill right after a flush that failed: the next server must not build on what may not be on the disk.
        private func expectSurvival(_ authority: TestCA, _ server: RunningProgram, _ client: APIClient, _ given: [Given]) async throws {
            let wish = try Wish(1_000)
            let fault = Tracer.Fault(call: "fdatasync", error: "EIO", nth: 1)
            let tracer = try await Tracer.inject(fault, into: server, in: authority.sandbox)
            #expect(try await client.sign(wish).status == 503)
            _ = try await server.stop(SIGKILL)
            try await tracer.detach()
            let second = try await authority.serve()
            // What the failed flush was for may have been found in the log, or not: it is the same certificate from now on.
            let first = try await Given(wish, client.sign(wish))
            #expect(try await Given(wish, client.sign(wish)).certificate == first.certificate)
            try await authority.expectSound(after: second, given: given + [first], revoked: [])
        }

        @Test func `whichever write or flush of a revocation fails, it is recorded or refused, and the next one succeeds`() async throws {
            try await TestCA.enduring { authority, server, client in
                let load = Load(client)
                var given = [try await load.fulfil(Wish(1))]
                let tracer = try await Tracer.watch(server, calls: ["fdatasync", "pwrite64"], in: authority.sandbox)
                var revoked = [try await client.revoke(given[0]).data(as: RevokedCertificate.self).serialNumber]
                try await tracer.detach()
                let faults = Tracer.faults(tracer.counts())
                var happened = 0
                for (number, fault) in zip(2..., faults) {
                    let device = try await load.fulfil(Wish(number))
                    given.append(device)
                    let tracer = try await Tracer.inject(fault, into: server, in: authority.sandbox)
                    let answer = try await client.revoke(device)
                    try await tracer.detach()
                    if tracer.injected > 0 { happened += 1 }
                    #expect(tracer.injected > 0 || fault.nth > 1, "\(fault)")
                    // The fault may have met the publication that the revocation woke, and not the revocation.
                    #expect(answer.status == 200 || answer.status == 503 && answer.retryAfter != nil, "\(fault): \(answer)")
                    if answer.status == 200 { revoked.append(device.serialNumber) }
                    try await authority.account().expect(given: given, revoked: revoked, "\(fault)")
                    revoked.append(try await client.revoke(device).data(as: RevokedCertificate.self).serialNumber)
                }
                try await eventually("the list names every revocation") { try await authority.listedSerials().count == given.count }
                try await authority.expectSound(after: server, given: given, revoked: revoked)
                Torture.tell("failing calls of a revocation", ["faults": happened])
            }
        }

        private static let publishing =
            ["fsync", "rename", "fdatasync"] + (Torture.isLong ? ["pwrite64", "fchmod", "unlink"] : [])

        /// The faults of a publication that was watched. `write` comes about as often as `rename`: what takes a name was written or linked before.
        private func faults(of publication: Tracer) -> [Tracer.Fault] {
            var counts = publication.counts()
            counts["write"] = counts["rename"]
            return Tracer.faults(counts)
        }

        /// The names that lists will have while they are written next. `write` wakes threads, too: an event counter never fails in earnest, and
        /// whoever waits for it would wait for ever.
        private func nextTemporaries(in folder: String, of program: RunningProgram, after number: Int) throws -> [String] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".tmp") }
            // The server's next list of devices has a higher number in its name.
            let last = names.compactMap { $0.wholeMatch(of: /devices-([0-9]+)\.crl/).flatMap { Int($0.1) } }.max()
            let lists = last.map { last in (last + 1...last + 20).map { "devices-\($0).crl" } } ?? []
            // The publisher prepares all lists of a pass before the first takes its name.
            return (names + lists + names.map { ".\($0).tmp" }).flatMap { name in
                (number + 1...number + 40).map { "\(folder)/\(name).\(program.processIdentifier).\($0).tmp" }
            }
        }

        /// Another thread may have the ledger's turn, and a publication may be shorter than the one that was counted: only the first must come.
        private func happens(_ fault: Tracer.Fault, _ tracer: Tracer) async throws -> Bool {
            do {
                try await eventually("\(fault) has happened", within: .seconds(fault.nth == 1 ? 20 : 3)) { tracer.injected > 0 }
                return true
            } catch let error as NeverHappened {
                guard fault.nth > 1 else { throw error }
                return false
            }
        }

        @Test func `whichever call of a publication fails, every list stays whole, and the revocation is listed without help`() async throws
        {
            try await TestCA.enduring { authority, server, client in
                let load = Load(client)
                let first = try await load.fulfil(Wish(1))
                let published = authority.data + "/published"
                let tracer = try await Tracer.watch(server, calls: Self.publishing, in: authority.sandbox)
                try await revoke(first, 1, client, until: published, authority)
                try await tracer.detach()
                var (missed, temporary) = ([Tracer.Fault](), tracer.lastTemporary)
                let faults = faults(of: tracer)
                #expect(temporary > 0 && faults.contains { $0.call == "write" })
                for (number, fault) in zip(2..., faults) {
                    let given = try await load.fulfil(Wish(number))
                    let files = fault.call == "write" ? try nextTemporaries(in: published, of: server, after: temporary) : []
                    let tracer = try await Tracer.inject(fault, into: server, files: files, in: authority.sandbox)
                    // An answer that was cut off by the fault is asked for again.
                    do { _ = try await client.revoke(given) } catch {}
                    if try await !happens(fault, tracer) { missed.append(fault) }
                    try await tracer.detach()
                    temporary = max(temporary, tracer.lastTemporary)
                    try await authority.expectWholeLists(in: published)
                    try await revoke(given, number, client, until: published, authority)
                }
                #expect(missed.count < faults.count / 2, "\(missed)")
                try await authority.expectQuiet(client, after: "\(faults.count) faults")
                try await authority.expectSound(after: server, given: [], revoked: [])
                Torture.tell("failing calls of a publication", ["faults": faults.count - missed.count])
            }
        }

        @Test func `whichever call of a publisher fails, every list stays whole, and the next pass publishes`() async throws {
            try await TestCA.enduring { authority, _, client in
                let folder = authority.sandbox.path("lists")
                let publisher = try authority.startPublisher(to: folder)
                try await eventually("the lists are there") { FileManager.default.fileExists(atPath: folder + "/index.json") }
                let load = Load(client)
                let first = try await load.fulfil(Wish(1))
                let tracer = try await Tracer.watch(publisher, calls: ["fsync", "rename"], in: authority.sandbox)
                try await revoke(first, 1, client, until: folder, authority)
                try await tracer.detach()
                let all = faults(of: tracer)
                let faults = Torture.isLong ? all : all.filter { $0.nth > 1 }
                #expect(Set(faults.map(\.call)) == ["fsync", "rename", "write"])
                var temporary = tracer.lastTemporary
                for (number, fault) in zip(2..., faults) {
                    let files = fault.call == "write" ? try nextTemporaries(in: folder, of: publisher, after: temporary) : []
                    let tracer = try await Tracer.inject(fault, into: publisher, files: files, in: authority.sandbox)
                    let given = try await load.fulfil(Wish(number))
                    let receipt = try await client.revoke(given).data(as: RevokedCertificate.self)
                    try await eventually("\(fault) has happened") { tracer.injected > 0 }
                    try await tracer.detach()
                    temporary = max(temporary, tracer.lastTemporary)
                    try await expectListed(receipt, number, in: folder, authority)
                    try await authority.expectWholeLists(in: folder)
                }
                #expect(publisher.isRunning && publisher.log.contains("failed"))
                Torture.tell("failing calls of the publisher", ["faults": faults.count])
            }
        }

        private func revoke(
            _ given: Given, _ count: Int, _ client: APIClient, until folder: String, _ authority: TestCA
        ) async throws {
            let receipt = try await client.revoke(given).data(as: RevokedCertificate.self)
            try await expectListed(receipt, count, in: folder, authority)
        }

        /// Waits until list, index and bundle of a folder have the receipt's number or a later one, and all revocations so far.
        private func expectListed(_ receipt: RevokedCertificate, _ count: Int, in folder: String, _ authority: TestCA) async throws {
            try await eventually("\(folder) has list \(receipt.crlNumber)") {
                let index = try JSONDecoder().decode(PublishedIndex.self, from: Data(authority.sandbox.octets(folder + "/index.json")))
                return index.issuers.contains { $0.name == receipt.issuer && $0.crlNumber >= receipt.crlNumber && $0.entries >= count }
            }
            #expect(try await authority.listedSerials(in: folder).count >= count)
        }
    }
}
