// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import DNSText
import DNSWire
import Foundation

/// `zonewright bench dns`: queries to a name server as fast as it answers, or at a rate.
struct BenchDNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns",
        abstract: "Send queries to a name server and measure rate, latency, codes and what the server spends.",
        discussion: """
            Queries come from a file (a name and a type on each line, as dnsperf reads them) or are made up: random \
            names below a name. Without --rate the load is closed: each answer makes room for a query. With --rate \
            latency counts from when a query was due. Load is sent to this machine only, unless the server is yours.
            """
    )

    @Option(help: "The name server, HOST:PORT with a literal address; an IPv6 address in brackets.")
    var server: String

    @Option(help: "File of queries: a name and a type on each line.")
    var queries: String?

    @Option(help: "Ask for random names directly below this name.")
    var namesBelow: String?

    @Option(help: "Ask for random names in random zones below this name, which the server does not host.")
    var zonesBelow: String?

    @Option(help: "Type of the made-up queries.")
    var type = "A"

    @Option(help: "Seed of the made-up names.")
    var seed: UInt64 = 1

    @Flag(help: "Ask with EDNS.")
    var edns = false

    @Option(help: "Payload size to offer, in octets; implies --edns.")
    var payload: UInt16?

    @Flag(name: .customLong("do"), help: "Ask for DNSSEC records; implies --edns.")
    var dnssecOK = false

    @Flag(help: "Send a client cookie (RFC 7873); implies --edns.")
    var cookie = false

    @Option(help: "Seconds to measure.")
    var duration = 10.0

    @Option(help: "Seconds to send before.")
    var warmUp = 1.0

    @Option(help: "Sockets; each is a client of its own to the server.")
    var clients = 8

    @Option(help: "Queries of all clients together that may wait for answers.")
    var outstanding = 512

    @Option(help: "Queries a second; without it as many as are answered.")
    var rate: Double?

    @Option(help: "Threads that send and receive.")
    var threads = 1

    @Option(help: "Seconds after which a query counts as lost.")
    var timeout = 2.0

    @Flag(help: "Ask over TCP, pipelined.")
    var tcp = false

    @Flag(inversion: .prefixedNo, help: "Let the kernel cut packets of one length from one send.")
    var offload = true

    @Option(help: "Process of the server whose processor time and memory is reported; may be given several times.")
    var serverPid: [Int32] = []

    @Flag(help: "Write the report as one JSON object.")
    var json = false

    @Flag(name: .customLong("i-own-this-server"), help: "Allow load to another machine.")
    var ownsServer = false

    func validate() throws {
        let address = try serverAddress()
        guard ownsServer || address.isLoopback else {
            throw ValidationError(
                "--server: \(address.host) is another machine; add --i-own-this-server if it is yours"
            )
        }
        guard [queries, namesBelow, zonesBelow].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("give one of --queries, --names-below and --zones-below")
        }
        guard (1...64).contains(threads) else { throw ValidationError("--threads: must be from 1 to 64") }
        guard (threads...4096).contains(clients) else {
            throw ValidationError("--clients: must be from --threads to 4096")
        }
        guard (clients...clients * SlotTable.maximumCapacity).contains(outstanding) else {
            throw ValidationError("--outstanding: must be from 1 to \(SlotTable.maximumCapacity) for each of --clients")
        }
        guard (0.01...86_400).contains(duration) else {
            throw ValidationError("--duration: must be from 0.01 to 86400")
        }
        guard (0...3600).contains(warmUp) else { throw ValidationError("--warm-up: must be from 0 to 3600") }
        guard (0.001...600).contains(timeout) else { throw ValidationError("--timeout: must be from 0.001 to 600") }
        guard rate.map({ (0.1...1e8).contains($0) }) ?? true else {
            throw ValidationError("--rate: must be from 0.1 to 100000000")
        }
        guard RRType(mnemonic: type) != nil else { throw ValidationError("--type: no such type: \(type)") }
    }

    func run() async throws {
        let settings = try settings()
        let report: LoadReport
        if let queries {
            let source = try QuerySet(QueryFile.queries(Self.contents(of: queries), shape: shape))
            report = try await offPool { try LoadRun.perform(settings, source: source) }
        } else {
            let source = try randomNames()
            report = try await offPool { try LoadRun.perform(settings, source: source) }
        }
        print(json ? try report.json() : report.text)
    }

    private func settings() throws -> LoadSettings {
        let address = try serverAddress()
        var settings = LoadSettings(host: address.host, port: address.port)
        settings.carrier = tcp ? .streams : .datagrams
        settings.clients = clients
        settings.outstanding = outstanding
        settings.rate = rate
        settings.threads = threads
        settings.warmUp = .seconds(warmUp)
        settings.duration = .seconds(duration)
        settings.timeout = .seconds(timeout)
        settings.usesOffload = offload
        settings.serverProcesses = serverPid
        return settings
    }

    private func serverAddress() throws -> ServerAddress {
        guard let address = ServerAddress(server) else {
            throw ValidationError("--server: '\(server)' is not HOST:PORT with a literal address")
        }
        return address
    }

    private func randomNames() throws -> RandomNames {
        guard let type = RRType(mnemonic: type), let text = namesBelow ?? zonesBelow else {
            throw ValidationError("--names-below: no name")
        }
        let suffix = try Name(text: text, origin: .root)
        return try RandomNames(below: suffix, labels: namesBelow == nil ? 2 : 1, type: type, shape: shape, seed: seed)
    }

    private var shape: QueryShape {
        guard edns || dnssecOK || cookie || payload != nil else { return QueryShape() }
        let random = SystemRandomNumberGenerator()
        var options: [EDNSOption] = []
        if cookie {
            var generator = random
            options.append(EDNSOption(code: .cookie, data: (0..<8).map { _ in generator.next() }))
        }
        return QueryShape(edns: EDNS(payloadSize: payload ?? 1232, dnssecOK: dnssecOK, options: options))
    }

    private static func contents(of path: String) throws -> String {
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw ControlError("\(path) cannot be read")
        }
    }
}
