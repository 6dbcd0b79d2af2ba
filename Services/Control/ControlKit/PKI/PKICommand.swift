// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Foundation

/// `zonewright pki …`: certificates for the zone stream.
struct PKICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pki",
        abstract: "Make and keep the certificates by which origins, relays and responders know each other.",
        discussion: """
            A folder holds everything: keep it on one machine, and backed up. A node needs trusted.crt, its own \
            nodes/NAME.crt and nodes/NAME.key; an origin or relay also revoked.txt. Daemons take changed files up \
            by themselves. Docs/operations/pki.md goes through it step by step.
            """,
        subcommands: [
            Initialise.self, Issue.self, List.self, Renew.self, Rotate.self, Retire.self, Revoke.self,
        ]
    )
}

/// The folder that a command of the PKI works in.
struct PKIFolderOption: ParsableArguments {
    @Option(name: .customLong("dir"), help: "The folder that 'pki init' made.")
    var folder = "pki"

    var pki: PKI { PKI(folder: PKIFolder(folder)) }
}

/// How long certificates of nodes last.
struct PKILifetime: ExpressibleByArgument {
    let seconds: Int

    /// Nil for what is no time of at least a second.
    init?(argument: String) {
        guard let span = TimeSpan(argument: argument) else { return nil }
        seconds = Int(span.duration / .seconds(1))
        guard seconds >= 1 else { return nil }
    }
}

extension PKIRecord.Issued {
    /// For people: whose, until when, which.
    var text: String {
        "\(subject.name): \(subject.role.rawValue), until \(PKIListing.date(notAfter)), serial \(serial)"
    }
}

extension PKICommand {
    struct Initialise: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Make a private authority in a folder. What is there already stays."
        )

        @Option(help: "Days that the authority lasts.")
        var days = 3_650

        @Argument(help: "The folder; made when it is not there.")
        var folder = "pki"

        func run() throws {
            let made = try PKI(folder: PKIFolder(folder)).initialise(days: days)
            print(made ? "Made \(folder). Keep it secret, and backed up." : "\(folder) has an authority already.")
        }
    }

    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a certificate for a node. The same again does nothing while two thirds of it last."
        )

        @OptionGroup var folder: PKIFolderOption

        @Option(help: "Name of a responder or relay, as its option node-name has it.")
        var node: String?

        @Option(help: "What the node is: responder or relay.")
        var role: String?

        @Option(help: "Name of an origin: a zonewright-glue that has the database.")
        var origin: String?

        @Option(name: .customLong("host"), help: "Host name by which followers reach it. May be repeated.")
        var hosts: [String] = []

        @Option(name: .customLong("address"), help: "Address by which followers reach it. May be repeated.")
        var addresses: [String] = []

        @Option(help: "How long it lasts, 365d at most.")
        var lifetime = PKILifetime.usual

        func validate() throws {
            guard (node != nil) != (origin != nil) else {
                throw ValidationError("Give --node NAME --role responder|relay, or --origin NAME.")
            }
            guard (node != nil) == (role != nil) else { throw ValidationError("--node and --role go together.") }
            if let role, role != "responder", role != "relay" {
                throw ValidationError("--role is responder or relay.")
            }
        }

        func run() throws {
            let subject = try PKISubject(
                name: node ?? origin ?? "",
                role: role.flatMap(PKISubject.Role.init) ?? .origin,
                hosts: hosts,
                addresses: addresses
            )
            let pki = folder.pki
            if let issued = try pki.issue(subject, seconds: lifetime.seconds) {
                print(issued.text)
            } else {
                print("\(subject.name) has such a certificate already.")
            }
            print("  \(pki.folder.certificate(subject.name))")
            print("  \(pki.folder.key(subject.name))")
            print("  \(pki.folder.trusted)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show authorities and certificates, and warn of those that end soon."
        )

        @OptionGroup var folder: PKIFolderOption

        @Flag(help: "Exit code 1 when there is a warning.")
        var check = false

        func run() throws {
            let pki = folder.pki
            let listing = PKIListing(try pki.load(), now: pki.now())
            for line in listing.lines { print(line) }
            for warning in listing.warnings { print("warning: \(warning)") }
            if check, !listing.warnings.isEmpty { throw ExitCode(1) }
        }
    }

    struct Renew: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make new certificates for nodes that have one, of the authority that signs now."
        )

        @OptionGroup var folder: PKIFolderOption

        @Flag(help: "All nodes but the revoked ones.")
        var all = false

        @Flag(help: "Those with a third of their life left or less, or of an old authority.")
        var due = false

        @Flag(help: "With new keys too.")
        var newKeys = false

        @Option(help: "How long they last; as long as those before when not given.")
        var lifetime: PKILifetime?

        @Argument(help: "Names of nodes.")
        var names: [String] = []

        func validate() throws {
            guard [all, due, !names.isEmpty].filter({ $0 }).count == 1 else {
                throw ValidationError("Name nodes, or give --all or --due.")
            }
        }

        func run() throws {
            let made = try folder.pki.renew(
                names.isEmpty ? nil : names,
                onlyDue: due,
                makesKeys: newKeys,
                seconds: lifetime?.seconds
            )
            for issued in made { print(issued.text) }
            if made.isEmpty { print("Nothing to renew.") }
        }
    }
}

extension PKILifetime {
    private init(seconds: Int) { self.seconds = seconds }

    /// A quarter of a year.
    static let usual = PKILifetime(seconds: 90 * 86_400)

    var defaultValueDescription: String { "90d" }
}
