// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

extension PKICommand {
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin to replace the authority: a new one signs from now on, and both are trusted.",
            discussion: """
                Bring the new trusted.crt to all nodes first; then 'pki renew --all' and bring them their certificates; \
                then 'pki retire' and bring them trusted.crt once more. The stream goes on all the while.
                """
        )

        @OptionGroup var folder: PKIFolderOption

        @Option(help: "Days that the authority lasts.")
        var days = 3_650

        func run() throws {
            let pki = folder.pki
            let authority = try pki.rotate(days: days)
            print("Authority \(authority.number) signs from now on. Bring \(pki.folder.trusted) to all nodes.")
        }
    }

    struct Retire: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a rotation: the old authority is not trusted any more, and its key is removed."
        )

        @OptionGroup var folder: PKIFolderOption

        @Flag(help: "Also while nodes have nothing but certificates of the old authority.")
        var force = false

        func run() throws {
            let pki = folder.pki
            let retired = try pki.retire(isForced: force)
            for authority in retired { print("Authority \(authority.number) is retired.") }
            print(retired.isEmpty ? "Nothing to retire." : "Bring \(pki.folder.trusted) to all nodes.")
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take certificates back: origins that have the list refuse them, and end their connections."
        )

        @OptionGroup var folder: PKIFolderOption

        @Option(help: "One certificate, by its serial number in hexadecimal digits.")
        var serial: String?

        @Argument(help: "The node all of whose certificates are meant.")
        var name: String?

        func validate() throws {
            guard (serial != nil) != (name != nil) else { throw ValidationError("Name a node, or give --serial.") }
        }

        func run() throws {
            let pki = folder.pki
            let revoked = try pki.revoke(name: name, serial: serial)
            for issued in revoked { print("Revoked \(issued.text)") }
            print(revoked.isEmpty ? "Nothing to revoke." : "Bring \(pki.folder.revoked) to all origins and relays.")
        }
    }
}
